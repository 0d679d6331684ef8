package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Workspace;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParamsTest {
  private static float[] draw(Params p, String name, Init init, int... dims) {
    return p.parameter(name, Shape.of(dims), init).tensor().toFloats();
  }

  @Test
  void valuesDependOnSeedAndNameAlone() {
    Params one = Params.random(7);
    float[] first = new Linear(5, 3, one.at("first")).weight().tensor().toFloats();
    float[] second = new Linear(5, 3, one.at("second")).weight().tensor().toFloats();
    Params two = Params.random(7);
    assertThat(new Linear(5, 3, two.at("second")).weight().tensor().toFloats())
        .containsExactly(second);
    assertThat(new Linear(5, 3, two.at("first")).weight().tensor().toFloats())
        .containsExactly(first);
    assertThat(second).isNotEqualTo(first);
    assertThat(draw(Params.random(8).at("first"), "weight", Init.linear(5), 3, 5))
        .isNotEqualTo(first);
  }

  @Test
  void normalValuesHaveTheirMeanAndDeviation() {
    float[] values = draw(Params.random(1), "w", new Init.Normal(0.02f), 101, 999);
    double mean = mean(values, 1);
    double std = Math.sqrt(mean(values, 2) - mean * mean);
    // 100,899 draws: the mean has a deviation of 6.3e-5, the deviation one of 4.5e-5; 4 of each.
    assertThat(mean).isBetween(-2.6e-4, 2.6e-4);
    assertThat(std).isBetween(0.02 - 1.8e-4, 0.02 + 1.8e-4);
    // Kurtosis 3 with a deviation of sqrt(24 / n) = 0.015.
    assertThat(mean(values, 4) / Math.pow(std, 4)).isBetween(2.94, 3.06);
  }

  @Test
  void linearWeightsAndBiasesAreUniformInTheirBound() {
    Linear linear = new Linear(100, 1000, Params.random(1));
    float[] values = linear.weight().tensor().toFloats();
    // Bound 0.1: deviation of the mean of 100,000 draws 1.8e-4, of the second moment 9.4e-6.
    assertThat(mean(values, 1)).isBetween(-7.3e-4, 7.3e-4);
    assertThat(mean(values, 2)).isBetween(0.01 / 3 - 3.8e-5, 0.01 / 3 + 3.8e-5);
    float[] bias = linear.bias().orElseThrow().tensor().toFloats();
    for (float[] all : new float[][] {values, bias}) {
      double largest =
          IntStream.range(0, all.length).mapToDouble(i -> Math.abs(all[i])).max().orElse(9);
      assertThat(largest).isBetween(0.095, 0.1000001);
    }
  }

  @Test
  void aDeviationSetForWeightsReachesLinearAndEmbeddingOnly() {
    Params p = Params.random(1).withStd(0.02);
    Linear linear = new Linear(200, 200, p.at("linear"));
    Embedding embedding = new Embedding(200, 200, p.at("embedding"));
    assertThat(Math.sqrt(mean(linear.weight().tensor().toFloats(), 2))).isBetween(0.019, 0.021);
    assertThat(Math.sqrt(mean(embedding.weight().tensor().toFloats(), 2))).isBetween(0.019, 0.021);
    assertThat(linear.bias().orElseThrow().tensor().toFloats()).containsOnly(0);
    LayerNorm norm = new LayerNorm(3, 1e-5, p.at("norm"));
    assertThat(norm.ownParameters().get(0).tensor().toFloats()).containsExactly(1, 1, 1);
    assertThat(norm.ownParameters().get(1).tensor().toFloats()).containsExactly(0, 0, 0);
  }

  @Test
  void parametersDrawnInARunOutliveIt() {
    try (Workspace workspace = new Workspace()) {
      Linear linear =
          Run.evaluating(workspace).call(() -> new Linear(4, 3, Params.random(3).at("w")));
      Params again = Params.random(3);
      assertThat(linear.weight().tensor().toFloats())
          .containsExactly(draw(again.at("w"), "weight", Init.linear(4), 3, 4));
    }
  }

  private static double mean(float[] values, int power) {
    double sum = 0;
    for (float value : values) {
      sum += Math.pow(value, power);
    }
    return sum / values.length;
  }
}
