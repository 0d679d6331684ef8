package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Tape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static <T> T training(long seed, long step, int micro, Supplier<T> body) {
    try (Workspace workspace = new Workspace()) {
      return Run.training(workspace, seed, step, micro).call(body);
    }
  }

  private static Tensor ones(int... shape) {
    return Tensor.full(DType.F32, Shape.of(shape), 1);
  }

  private static float[] mask(long seed, long step, int micro, int site) {
    return training(seed, step, micro, () -> F.dropout(ones(20, 50), 0.3f, site).toFloats());
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.9f})
  void dropsAShareOfPAndKeepsTheMean(float p) {
    float[] y = training(1, 2, 3, () -> F.dropout(ones(400, 1000), p, 4).toFloats());
    long dropped = 0;
    for (float value : y) {
      if (value == 0) {
        dropped++;
      } else {
        assertThat(value).isEqualTo(1 / (1 - p));
      }
    }
    double deviation = Math.sqrt(p * (1 - p) / y.length);
    assertThat((double) dropped / y.length).isCloseTo(p, within(5 * deviation));
  }

  @Test
  void theMaskDependsOnSeedStepMicroBatchAndSite() {
    assertThat(mask(1, 2, 3, 4)).isEqualTo(mask(1, 2, 3, 4));
    assertThat(mask(1, 2, 3, 4))
        .isNotEqualTo(mask(9, 2, 3, 4))
        .isNotEqualTo(mask(1, 9, 3, 4))
        .isNotEqualTo(mask(1, 2, 9, 4))
        .isNotEqualTo(mask(1, 2, 3, 9));
  }

  @Test
  void backwardUsesTheMaskOfTheForward() {
    Parameter p = new Parameter("p", ones(20, 50).keep());
    training(
        1,
        1,
        0,
        () -> {
          Tape tape = Tape.record(List.of(p), () -> F.sum(F.dropout(p.tensor(), 0.4f, 7)));
          float[] gradient = tape.backward().of(p).toFloats();
          assertThat(gradient).isEqualTo(F.dropout(p.tensor(), 0.4f, 7).toFloats()).contains(0);
          return "";
        });
  }

  @Test
  void rowsKeepTheirMaskHoweverTheyArePacked() {
    Tensor keys = Tensor.of(new long[] {5, 1L << 40, 2, 7}, 4);
    Tensor packed = Tensor.of(new long[] {7, 5}, 2);
    training(
        1,
        1,
        0,
        () -> {
          float[] all = F.dropout(ones(4, 33), 0.5f, 1, keys).toFloats();
          float[] some = F.dropout(ones(2, 33), 0.5f, 1, packed).toFloats();
          assertThat(some)
              .startsWith(Arrays.copyOfRange(all, 3 * 33, 4 * 33))
              .endsWith(Arrays.copyOfRange(all, 0, 33));
          return "";
        });
  }

  @Test
  void nothingIsDroppedOutsideTraining() {
    Tensor x = ones(3, 3);
    assertThat(F.dropout(x, 0.5f, 1)).isSameAs(x);
    try (Workspace workspace = new Workspace()) {
      assertThat(Run.evaluating(workspace).call(() -> F.dropout(x, 0.5f, 1))).isSameAs(x);
    }
    assertThat(training(1, 1, 0, () -> F.dropout(x, 0, 1))).isSameAs(x);
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training(1, 1, 0, () -> F.dropout(ones(2, 2), 1, 1)))
        .withMessage("dropout: expected a probability in [0, 1), got 1.0");
    Tensor keys = Tensor.of(new long[3], 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training(1, 1, 0, () -> F.dropout(ones(2, 2), 0.5f, 1, keys)))
        .withMessage("dropout: expected row keys of shape [2], got [3]");
  }
}
