package dev.weft.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.NnGoldens;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientClippingTest {
  private final List<Parameter> parameters =
      List.of(TrainedOn.zeros("a", 5, 3), TrainedOn.zeros("b", 7), TrainedOn.zeros("c", 1));

  @ParameterizedTest
  @CsvSource({"clip_half, 0.5", "clip_one, 1.0", "clip_none, 1000"})
  void normAndScaledGradientsArePyTorchs(String name, double limit) {
    Gradients gradients =
        TrainedOn.gradients(
            parameters,
            List.of(
                NnGoldens.get("clip.in.a"),
                NnGoldens.get("clip.in.b"),
                NnGoldens.get("clip.in.c")));
    double norm = GradientClipping.norm(gradients);
    float golden = NnGoldens.get(name + ".norm").item();
    assertThat(norm).isBetween(golden * (1 - 1e-6), golden * (1 + 1e-6));
    float scale = GradientClipping.scale(norm, limit);
    for (Parameter parameter : parameters) {
      float[] scaled = gradients.of(parameter).toFloats();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= scale;
      }
      float[] want = NnGoldens.get(name + "." + parameter.name()).toFloats();
      NnGoldens.assertClose(scaled, want, 1e-6, name + "." + parameter.name());
    }
  }

  @Test
  void aSmallNormIsNotScaledUp() {
    assertThat(GradientClipping.scale(0.1, 1)).isEqualTo(1);
    assertThat(GradientClipping.scale(0, 1)).isEqualTo(1);
  }

  @Test
  void noGradientsHaveNormZero() {
    assertThat(GradientClipping.norm(new Gradients(parameters))).isZero();
  }

  @Test
  void aGradientThatIsNotFiniteNamesItsParameter() {
    Gradients gradients =
        TrainedOn.gradients(
            parameters,
            List.of(
                Tensor.zeros(5, 3),
                Tensor.of(new float[] {0, 0, Float.NaN, 0, 0, 0, 0}, 7),
                Tensor.of(new float[] {Float.POSITIVE_INFINITY}, 1)));
    assertThatThrownBy(() -> GradientClipping.norm(gradients))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("gradient of \"b\"")
        .hasMessageContaining("NaN");
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> GradientClipping.scale(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GradientClipping.scale(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
