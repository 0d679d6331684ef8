package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Conv1DTest {
  private final Params params = Params.random(4);
  private final Conv1D conv = new Conv1D(6, 5, params.at("attn.c_attn"));
  private final Tensor x = new Embedding(3, 6, params.at("x")).weight().tensor();

  private float[] expected() {
    Tensor turned = conv.weight().tensor().transpose(0, 1).contiguous();
    return F.linear(x, turned, conv.bias().tensor()).toFloats();
  }

  @Test
  void isALinearWhoseWeightIsStoredTurned() {
    assertThat(conv.weight().tensor().shape()).isEqualTo(Shape.of(6, 5));
    assertThat(conv.forward(x).toFloats()).containsExactly(expected());
  }

  @Test
  void activationAndResidualAreApplied() {
    Tensor plain = conv.forward(x);
    NnGoldens.assertClose(
        conv.forward(x, Activation.GELU_TANH).toFloats(),
        F.geluTanh(plain).toFloats(),
        1e-6,
        "activated");
    Tensor residual = Tensor.full(DType.F32, plain.shape(), 2);
    NnGoldens.assertClose(
        conv.forward(x, residual).toFloats(), F.add(plain, 2).toFloats(), 1e-6, "residual");
  }

  @Test
  void theRunsAdapterIsAdded() {
    Tensor delta = Tensor.full(DType.F32, Shape.of(3, 5), 0.5);
    try (Workspace workspace = new Workspace()) {
      float[] adapted =
          Run.evaluating(workspace)
              .with(Map.of("attn.c_attn", in -> delta))
              .call(() -> conv.forward(x).toFloats());
      NnGoldens.assertClose(adapted, F.add(conv.forward(x), 0.5f).toFloats(), 1e-6, "adapted");
    }
  }
}
