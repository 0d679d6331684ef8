package dev.weft.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.NnGoldens;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {
  // f32 against float64; sums of at most 32 terms.
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest
  @ValueSource(
      strings = {"cross_entropy", "cross_entropy_ignore", "bce_with_logits", "bce_with_logits_sum"})
  void lossAndGradientArePyTorchs(String name) {
    BinaryOperator<Tensor> loss =
        name.startsWith("cross")
            ? CrossEntropy::mean
            : name.endsWith("sum") ? BceWithLogits::sum : BceWithLogits::mean;
    Parameter logits = NnGoldens.parameter("logits", NnGoldens.get(name + ".logits"));
    Tensor target = NnGoldens.get(name + ".target");
    Gradients gradients = new Gradients(List.of(logits));
    Tape tape = Tape.record(List.of(logits), () -> loss.apply(logits.tensor(), target));
    NnGoldens.assertClose(tape.result(), name + ".out", TOLERANCE);
    tape.backward(tape.result(), NnGoldens.get(name + ".dout"), gradients);
    NnGoldens.assertClose(gradients.of(logits), name + ".grad.logits", TOLERANCE);
  }

  @Test
  void crossEntropyTakesLeadingDimensions() {
    Tensor logits = Tensor.of(new float[] {1, 2, 3, 4, 0, -1, 2, 2, 2, 1, 5, 0}, 2, 2, 3);
    Tensor labels = Tensor.of(new int[] {0, 1, CrossEntropy.IGNORED, 2}, 2, 2);
    float flat = F.crossEntropy(logits.view(4, 3), labels.view(4)).item();
    assertThat(CrossEntropy.mean(logits, labels).item()).isEqualTo(flat);
  }

  @Test
  void crossEntropyOfNoRowsThatCountIsNaN() {
    Tensor labels = Tensor.of(new int[] {-100, -100}, 2);
    assertThat(CrossEntropy.mean(Tensor.zeros(2, 3), labels).item()).isNaN();
  }

  @Test
  void crossEntropyNamesShapesThatDoNotFit() {
    assertThatThrownBy(() -> CrossEntropy.mean(Tensor.zeros(2, 3), Tensor.of(new int[3], 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got [2, 3] and [3]");
  }

  @Test
  void binaryCrossEntropyNamesShapesAndTypesThatDoNotFit() {
    assertThatThrownBy(() -> BceWithLogits.mean(Tensor.zeros(2, 3), Tensor.zeros(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("binary_cross_entropy_with_logits")
        .hasMessageContaining("[2, 3], got [3]");
    assertThatThrownBy(() -> BceWithLogits.mean(Tensor.zeros(2), Tensor.of(new int[2], 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I64");
  }

  @Test
  void binaryCrossEntropyOfHugeLogitsIsExact() {
    Tensor logits = Tensor.of(new float[] {1e30f, -1e30f, 1000, -1000}, 4);
    Tensor targets = Tensor.of(new float[] {1, 0, 0, 1}, 4);
    assertThat(BceWithLogits.each(logits, targets).toFloats()).containsExactly(0, 0, 1000, 1000);
  }

  @Test
  void binaryCrossEntropyPassesNaN() {
    Tensor nan = Tensor.of(new float[] {Float.NaN}, 1);
    assertThat(BceWithLogits.sum(nan, Tensor.zeros(1)).item()).isNaN();
  }

  @Test
  void gradientWithRespectToTargetsIsMinusTheLogits() {
    Parameter targets = NnGoldens.parameter("targets", Tensor.of(new float[] {0, 0.5f, 1}, 3));
    Tensor logits = Tensor.of(new float[] {-2, 0, 3}, 3);
    Tape tape = Tape.record(List.of(targets), () -> BceWithLogits.sum(logits, targets.tensor()));
    assertThat(tape.backward().of(targets).toFloats()).containsExactly(2, 0, -3);
  }

  @Test
  void stridedLogitsAndTargetsAreRead() {
    Tensor logits = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor targets = Tensor.of(new float[] {0, 1, 0, 1, 0, 1}, 2, 3);
    Tensor turned = BceWithLogits.each(logits.transpose(0, 1), targets.transpose(0, 1));
    assertThat(turned.transpose(0, 1).toFloats())
        .containsExactly(BceWithLogits.each(logits, targets).toFloats());
  }
}
