package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LinearTest {
  private static final double TOLERANCE = 1e-6;

  private final Params params = Params.random(4);
  private final Linear linear = new Linear(6, 5, params.at("layer.dense"));
  private final Tensor x = new Embedding(3, 6, params.at("x")).weight().tensor();
  private final Tensor low = new Embedding(2, 6, params.at("low")).weight().tensor();
  private final Tensor up = new Embedding(5, 2, params.at("up")).weight().tensor();

  private Tensor delta(Tensor input) {
    return F.linear(F.linear(input, low), up);
  }

  private float[] adapted(String path, UnaryOperator<Tensor> body) {
    Map<String, UnaryOperator<Tensor>> adapters = Map.of(path, this::delta);
    try (Workspace workspace = new Workspace()) {
      return Run.evaluating(workspace).with(adapters).call(() -> body.apply(x).toFloats());
    }
  }

  @Test
  void theRunsAdapterIsAddedBeforeTheActivation() {
    Tensor plain = F.add(linear.forward(x), delta(x));
    NnGoldens.assertClose(
        adapted("layer.dense", linear::forward), plain.toFloats(), TOLERANCE, "adapted");
    NnGoldens.assertClose(
        adapted("layer.dense", v -> linear.forward(v, Activation.GELU)),
        F.gelu(plain).toFloats(),
        TOLERANCE,
        "adapted with GELU");
    Tensor residual = Tensor.full(DType.F32, plain.shape(), 2);
    NnGoldens.assertClose(
        adapted("layer.dense", v -> linear.forward(v, residual)),
        F.add(plain, 2).toFloats(),
        TOLERANCE,
        "adapted with a residual");
  }

  @Test
  void anAdapterOfAnotherPathChangesNothing() {
    assertThat(adapted("layer.other", linear::forward))
        .containsExactly(linear.forward(x).toFloats());
  }

  @Test
  void gradientsReachTheAdapterAndNotTheFrozenWeight() {
    Parameter a = NnGoldens.parameter("lora_A", low);
    Tensor dy = F.linear(x, linear.weight().tensor());
    try (Workspace workspace = new Workspace()) {
      Run.training(workspace, 1, 0, 0)
          .with(Map.of("layer.dense", v -> F.linear(F.linear(v, a.tensor()), up)))
          .call(() -> {
            var gradients = new Gradients(List.of(a));
            Tape tape = Tape.record(List.of(a), () -> linear.forward(x));
            tape.backward(tape.result(), dy, gradients);
            // d/dA = (dy up)^T x
            Tensor expected = F.matmul(F.matmul(dy, up).transpose(0, 1), x);
            NnGoldens.assertClose(gradients.of(a).toFloats(), expected.toFloats(), TOLERANCE, "dA");
            return true;
          });
    }
  }

  @Test
  void activationsAreThoseOfTheOperations() {
    Tensor plain = linear.forward(x);
    for (Activation activation : Activation.values()) {
      Tensor expected =
          switch (activation) {
            case NONE -> plain;
            case RELU -> F.relu(plain);
            case GELU -> F.gelu(plain);
            case GELU_TANH -> F.geluTanh(plain);
            case SILU -> F.silu(plain);
            case TANH -> F.tanh(plain);
          };
      assertThat(linear.forward(x, activation).toFloats()).containsExactly(expected.toFloats());
    }
  }

  @Test
  void aRowsBitsDoNotDependOnTheRowsBesideIt() {
    float[] all = linear.forward(x).toFloats();
    for (int row = 0; row < 3; row++) {
      float[] alone = linear.forward(x.slice(0, row, row + 1)).toFloats();
      assertThat(alone).containsExactly(Arrays.copyOfRange(all, row * 5, row * 5 + 5));
    }
  }

  @Test
  void sizesAreThoseOfTheWeight() {
    assertThat(linear.in()).isEqualTo(6);
    assertThat(linear.out()).isEqualTo(5);
    assertThat(linear.bias()).isPresent();
    assertThat(Linear.withoutBias(2, 2, params.at("n")).bias()).isEmpty();
  }
}
