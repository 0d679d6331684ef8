package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** {@code linear} with everything round it against the same in single operations. */
class FusedLinearTest {
  private static Parameter parameter(String name, double phase, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    float[] values = new float[(int) tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(phase + 2.3 * i);
    }
    return new Parameter(name, Tensor.of(values, shape).keep());
  }

  private static Tensor composed(
      Tensor x, Tensor weight, Tensor bias, Activation activation, Tensor delta, Tensor residual) {
    Tensor y = F.matmul(x, weight.transpose(0, 1));
    y = delta == null ? y : F.add(y, delta);
    y = bias == null ? y : F.add(y, bias);
    y =
        switch (activation) {
          case NONE -> y;
          case RELU -> F.relu(y);
          case GELU -> F.gelu(y);
          case GELU_TANH -> F.geluTanh(y);
          case SILU -> F.silu(y);
          case TANH -> F.tanh(y);
        };
    return residual == null ? y : F.add(y, residual);
  }

  @Property(seed = "2026")
  void everyCombinationEqualsTheComposedOps(
      @ForAll Activation activation,
      @ForAll boolean hasBias,
      @ForAll boolean hasDelta,
      @ForAll boolean hasResidual,
      @ForAll boolean transposedWeight,
      @ForAll boolean stridedOperands) {
    Parameter x = parameter("x", 0.1, 2, 3, 5);
    Parameter weight = transposedWeight ? parameter("w", 0.2, 5, 7) : parameter("w", 0.2, 7, 5);
    Parameter bias = parameter("b", 0.3, 7);
    int width = stridedOperands ? 9 : 7;
    Parameter delta = parameter("d", 0.4, 2, 3, width);
    Parameter residual = parameter("r", 0.5, 2, 3, width);
    List<Parameter> all = List.of(x, weight, bias, delta, residual);
    Tensor dy = parameter("dy", 0.6, 2, 3, 7).tensor();
    List<float[]> fused = new ArrayList<>();
    List<float[]> composed = new ArrayList<>();
    for (boolean isFused : new boolean[] {true, false}) {
      List<float[]> results = isFused ? fused : composed;
      Tape tape =
          Tape.record(
              all,
              () -> {
                Tensor w = transposedWeight ? weight.tensor().transpose(0, 1) : weight.tensor();
                Tensor b = hasBias ? bias.tensor() : null;
                Tensor d = hasDelta ? delta.tensor().slice(-1, 0, 7) : null;
                Tensor r = hasResidual ? residual.tensor().slice(-1, width - 7, width) : null;
                return isFused
                    ? F.linear(x.tensor(), w, b, activation, d, r)
                    : composed(x.tensor(), w, b, activation, d, r);
              });
      Gradients gradients = new Gradients(all);
      results.add(tape.result().toFloats());
      tape.backward(tape.result(), dy, gradients);
      all.forEach(parameter -> results.add(gradients.of(parameter).toFloats()));
    }
    for (int i = 0; i < fused.size(); i++) {
      assertThat(fused.get(i)).as("result " + i).hasSameSizeAs(composed.get(i));
      for (int j = 0; j < fused.get(i).length; j++) {
        // Values below 10; delta first or last in the chain of up to 7 roundings.
        assertThat(fused.get(i)[j]).isCloseTo(composed.get(i)[j], within(5e-6f));
      }
    }
  }

  @Property(seed = "2026")
  void aGateEqualsAProductAfterwards(
      @ForAll Activation activation, @ForAll boolean hasDelta, @ForAll boolean stridedGate) {
    Parameter x = parameter("x", 0.1, 2, 3, 5);
    Parameter weight = parameter("w", 0.2, 7, 5);
    Parameter delta = parameter("d", 0.3, 2, 3, 7);
    Parameter gate = parameter("g", 0.4, 2, 3, stridedGate ? 9 : 7);
    List<Parameter> all = List.of(x, weight, delta, gate);
    Tensor dy = parameter("dy", 0.6, 2, 3, 7).tensor();
    List<List<float[]>> both = new ArrayList<>();
    for (boolean isFused : new boolean[] {true, false}) {
      Tape tape =
          Tape.record(
              all,
              () -> {
                Tensor d = hasDelta ? delta.tensor() : null;
                Tensor g = gate.tensor().slice(-1, 0, 7);
                Tensor w = weight.tensor();
                Tensor xs = x.tensor();
                return isFused
                    ? Linear.forward(xs, w, null, activation, d, g, null)
                    : F.mul(F.linear(xs, w, null, activation, d, null), g);
              });
      Gradients gradients = new Gradients(all);
      List<float[]> results = new ArrayList<>(List.of(tape.result().toFloats()));
      tape.backward(tape.result(), dy, gradients);
      all.forEach(parameter -> results.add(gradients.of(parameter).toFloats()));
      both.add(results);
    }
    for (int i = 0; i < both.get(0).size(); i++) {
      assertThat(both.get(0).get(i)).as("result " + i).isEqualTo(both.get(1).get(i));
    }
  }

  @Example
  void weightsMayBeStoredInHalfPrecisions() {
    Tensor x = parameter("x", 0.1, 4, 5).tensor();
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      Tensor weight = F.to(parameter("w", 0.2, 7, 5).tensor(), dtype);
      assertThat(F.linear(x, weight).toFloats())
          .isEqualTo(F.linear(x, F.to(weight, DType.F32)).toFloats());
    }
  }

  @Example
  void operandsOfAnotherTypeAreRefused() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor weight = Tensor.zeros(4, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> F.linear(x, weight, F.to(Tensor.zeros(4), DType.BF16)))
        .withMessage("linear: expected F32, got BF16 [4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> F.linear(x, F.to(weight, DType.I64)))
        .withMessage("linear: expected float operands, got F32 and I64");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> F.linear(x, weight, null, Activation.NONE, null, Tensor.zeros(2, 3).named("h")))
        .withMessage("linear: expected a residual of shape [2, 4], got \"h\" [2, 3]");
  }
}
