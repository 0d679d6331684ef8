package dev.weft.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import org.junit.jupiter.api.Test;

class LlamaShapeTest {
  @Test
  void theNextTokenIsTheSameEveryTime() {
    try (Workspace workspace = new Workspace();
        LlamaShape.Weights weights = new LlamaShape.Weights()) {
      LlamaShape model = new LlamaShape(LlamaShape.Size.TINY, 7, weights);
      long first = Run.evaluating(workspace).call(() -> model.next(1000));
      long second = Run.evaluating(workspace).call(() -> model.next(1000));
      assertThat(first).isEqualTo(second).isBetween(0L, 1099L);
    }
  }

  @Test
  void everyMatrixIsReadOnceAToken() {
    try (LlamaShape.Weights weights = new LlamaShape.Weights()) {
      LlamaShape model = new LlamaShape(LlamaShape.Size.TINY, 7, weights);
      long layer = 2 * 128 * 128 + 2 * 128 * 64 + 3 * 128 * 256;
      long norms = 5 * 128;
      assertThat(model.weightBytes()).isEqualTo(2.0 * (1100 * 128 + 2 * layer) + 4 * norms);
    }
  }
}
