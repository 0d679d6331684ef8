package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int H = 12;
  private static final int[] LONG = new int[9];
  private static final int[] SHORT = new int[4];

  private static float[] training(long seed, long step, int microBatch, Supplier<Tensor> body) {
    try (Workspace workspace = new Workspace()) {
      return Run.training(workspace, seed, step, microBatch).call(() -> body.get().toFloats());
    }
  }

  private static Tensor ones(int rows) {
    return Tensor.full(DType.F32, Shape.of(rows, H), 1);
  }

  @Test
  void masksDoNotDependOnThePacking() {
    Dropout dropout = new Dropout(0.5, Params.random(1).at("d"));
    Packed together = Packed.of(List.of(LONG, SHORT), new int[] {40, 41});
    Packed turned = Packed.of(List.of(SHORT, LONG), new int[] {41, 40});
    Packed alone = Packed.of(List.of(SHORT), new int[] {41});
    float[] first = training(1, 2, 3, () -> dropout.forward(ones(13), together));
    float[] second = training(1, 2, 3, () -> dropout.forward(ones(13), turned));
    float[] third = training(1, 2, 3, () -> dropout.forward(ones(4), alone));
    float[] shortOne = Arrays.copyOfRange(first, 9 * H, 13 * H);
    assertThat(Arrays.copyOf(second, 4 * H)).containsExactly(shortOne);
    assertThat(third).containsExactly(shortOne);
    assertThat(Arrays.copyOfRange(second, 4 * H, 13 * H))
        .containsExactly(Arrays.copyOf(first, 9 * H));
  }

  @Test
  void attentionMasksDoNotDependOnThePacking() {
    Params p = Params.random(5);
    MultiHeadAttention attention =
        new MultiHeadAttention(
            "attention",
            new Linear(H, H, p.at("q")),
            new Linear(H, H, p.at("k")),
            new Linear(H, H, p.at("v")),
            3,
            AttentionOptions.NONE.withDropout(0.5f, Dropout.site("attention")));
    Tensor x = new Embedding(13, H, p.at("x")).weight().tensor();
    Packed together = Packed.of(List.of(LONG, SHORT), new int[] {40, 41});
    Packed alone = Packed.of(List.of(SHORT), new int[] {41});
    float[] all = training(1, 2, 3, () -> attention.forward(x, together.segments()));
    float[] one = training(1, 2, 3, () -> attention.forward(x.slice(0, 9, 13), alone.segments()));
    float[] evaluated = attention.forward(x, together.segments()).toFloats();
    assertThat(one).containsExactly(Arrays.copyOfRange(all, 9 * H, 13 * H));
    assertThat(all).isNotEqualTo(evaluated);
  }

  @Test
  void seedStepMicroBatchSiteAndExampleEachChangeTheMask() {
    Params p = Params.random(1);
    Dropout dropout = new Dropout(0.5, p.at("d"));
    Packed batch = Packed.of(List.of(SHORT));
    float[] mask = training(1, 2, 3, () -> dropout.forward(ones(4), batch));
    assertThat(training(1, 2, 3, () -> dropout.forward(ones(4), batch))).containsExactly(mask);
    assertThat(training(9, 2, 3, () -> dropout.forward(ones(4), batch))).isNotEqualTo(mask);
    assertThat(training(1, 9, 3, () -> dropout.forward(ones(4), batch))).isNotEqualTo(mask);
    assertThat(training(1, 2, 9, () -> dropout.forward(ones(4), batch))).isNotEqualTo(mask);
    Dropout other = new Dropout(0.5, p.at("e"));
    assertThat(training(1, 2, 3, () -> other.forward(ones(4), batch))).isNotEqualTo(mask);
    Packed ninth = Packed.of(List.of(SHORT), new int[] {9});
    assertThat(training(1, 2, 3, () -> dropout.forward(ones(4), ninth))).isNotEqualTo(mask);
  }

  @Test
  void theShareDroppedIsPAndTheRestIsScaled() {
    Dropout dropout = new Dropout(0.25, Params.random(1).at("d"));
    float[] values = training(1, 0, 0, () -> dropout.forward(ones(5000)));
    int dropped = 0;
    for (float value : values) {
      if (value == 0) {
        dropped++;
      } else {
        assertThat(value).isEqualTo(1 / 0.75f);
      }
    }
    // 60,000 draws: deviation 0.0018; 4 of them.
    assertThat((double) dropped / values.length).isBetween(0.243, 0.257);
  }

  @Test
  void nothingIsDroppedOutsideTraining() {
    Dropout dropout = new Dropout(0.5, Params.random(1).at("d"));
    Tensor x = ones(4);
    assertThat(dropout.forward(x)).isSameAs(x);
    try (Workspace workspace = new Workspace()) {
      assertThat(Run.evaluating(workspace).call(() -> dropout.forward(x))).isSameAs(x);
    }
  }
}
