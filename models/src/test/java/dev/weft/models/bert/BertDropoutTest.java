package dev.weft.models.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dropout in a training Run, in all its places: embeddings, attention, both residuals. */
class BertDropoutTest {
  private static final int HIDDEN = 32;
  private static final int[] A = {1, 5, 9, 4, 2};
  private static final int[] B = {1, 7, 2};

  private static Bert bert(double hidden, double attention) {
    return Bert.random(
        new BertConfig(20, HIDDEN, 2, 4, 64, "gelu", hidden, attention, 16, 2, 0.2, 1e-12), 3);
  }

  private static float[] train(Bert bert, long step, Packed batch) {
    try (Workspace workspace = new Workspace()) {
      return Run.training(workspace, 42, step, 0).call(() -> bert.forward(batch).toFloats());
    }
  }

  @Test
  void masksFollowTheRunsKey() {
    Packed batch = Packed.of(List.of(A, B));
    for (Bert bert : List.of(bert(0.3, 0), bert(0, 0.3))) {
      float[] first = train(bert, 1, batch);
      assertThat(train(bert, 1, batch)).isEqualTo(first);
      assertThat(train(bert, 2, batch)).isNotEqualTo(first);
    }
  }

  @Test
  void masksDoNotDependOnWhatElseIsInTheBatch() {
    Bert bert = bert(0.2, 0.2);
    float[] both = train(bert, 1, Packed.of(List.of(A, B), new int[] {7, 9}));
    float[] alone = train(bert, 1, Packed.of(List.of(B), new int[] {9}));
    float[] swapped = train(bert, 1, Packed.of(List.of(B, A), new int[] {9, 7}));
    assertThat(Arrays.copyOfRange(both, A.length * HIDDEN, both.length)).isEqualTo(alone);
    assertThat(Arrays.copyOf(swapped, B.length * HIDDEN)).isEqualTo(alone);
    assertThat(train(bert, 1, Packed.of(List.of(B), new int[] {8}))).isNotEqualTo(alone);
  }

  @Test
  void evaluationDropsNothing() {
    Packed batch = Packed.of(List.of(A, B));
    try (Workspace workspace = new Workspace()) {
      float[] with = Run.evaluating(workspace).call(() -> bert(0.3, 0.3).forward(batch).toFloats());
      assertThat(with).isEqualTo(train(bert(0, 0), 1, batch));
    }
  }
}
