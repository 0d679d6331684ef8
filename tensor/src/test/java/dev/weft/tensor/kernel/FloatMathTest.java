package dev.weft.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class FloatMathTest {
  private static final long STRIDE = 1511;

  private interface FloatFunction {
    float apply(float x);
  }

  /**
   * Largest error in units in the last place over every 1,511th float; infinities and NaN agree.
   */
  private static double worst(FloatFunction f, DoubleUnaryOperator exact, boolean subnormals) {
    double worst = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      float got = f.apply(x);
      double want = exact.applyAsDouble(x);
      float rounded = (float) want;
      if (!Float.isFinite(rounded) || !Float.isFinite(got)) {
        assertThat(Float.compare(got, rounded)).as("%s at %s", got, x).isZero();
      } else if (subnormals || Math.abs(rounded) >= Float.MIN_NORMAL) {
        worst = Math.max(worst, Math.abs(got - want) / Math.ulp(rounded));
      }
    }
    return worst;
  }

  /** erf in double: its series below 2.5, Laplace's continued fraction of erfc above. */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || a > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    if (a < 2.5) {
      double sum = a;
      double term = a;
      for (int n = 1; n < 100; n++) {
        term *= -a * a / n;
        sum += term / (2 * n + 1);
      }
      return Math.copySign(sum * 2 / Math.sqrt(Math.PI), x);
    }
    double fraction = 0;
    for (int k = 60; k >= 1; k--) {
      fraction = k / 2.0 / (a + fraction);
    }
    return Math.copySign(1 - StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction), x);
  }

  @Test
  void expIsWithinOneUlpAndAHundredth() {
    assertThat(worst(FloatMath::exp, StrictMath::exp, true)).isLessThan(1.01);
  }

  @Test
  void logIsWithinOneUlp() {
    assertThat(worst(FloatMath::log, StrictMath::log, true)).isLessThan(1.0);
  }

  @Test
  void tanhIsWithinTwoUlp() {
    assertThat(worst(FloatMath::tanh, StrictMath::tanh, true)).isLessThan(2.0);
  }

  @Test
  void erfIsWithinOneAndAHalfUlp() {
    assertThat(worst(FloatMath::erf, FloatMathTest::erf, true)).isLessThan(1.5);
  }

  @Test
  void sigmoidIsWithinThreeUlpWhereNormal() {
    assertThat(worst(FloatMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), false)).isLessThan(3.0);
  }

  @Test
  void zerosKeepTheirSign() {
    assertThat(FloatMath.tanh(-0f)).isEqualTo(-0f);
    assertThat(FloatMath.erf(-0f)).isEqualTo(-0f);
    assertThat(FloatMath.exp(-0f)).isEqualTo(1f);
    assertThat(FloatMath.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(FloatMath.relu(-0f)).isEqualTo(0f);
  }

  @Test
  void everyNanGivesNan() {
    List<FloatFunction> functions =
        List.of(
            FloatMath::exp,
            FloatMath::log,
            FloatMath::tanh,
            FloatMath::erf,
            FloatMath::sigmoid,
            FloatMath::silu,
            FloatMath::gelu,
            FloatMath::geluTanh,
            FloatMath::relu,
            FloatMath::erfGrad,
            FloatMath::siluGrad,
            FloatMath::geluGrad,
            FloatMath::geluTanhGrad);
    for (int payload = 1; payload < 1 << 23; payload += 97) {
      float positive = Float.intBitsToFloat(0x7F800000 | payload);
      float negative = Float.intBitsToFloat(0xFF800000 | payload);
      for (FloatFunction function : functions) {
        if (!Float.isNaN(function.apply(positive)) || !Float.isNaN(function.apply(negative))) {
          assertThat(payload).as("payload, function %d", functions.indexOf(function)).isZero();
        }
      }
    }
  }

  @Test
  void activationsFollowTheirFormulas() {
    for (float x = -9f; x < 9f; x += 0.0137f) {
      double phi = 0.5 * (1 + erf(x / Math.sqrt(2)));
      double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      double sigmoid = 1 / (1 + Math.exp(-x));
      double bound = 4e-7 * (1 + Math.abs(x));
      assertThat((double) FloatMath.gelu(x)).isCloseTo(x * phi, within(bound));
      assertThat((double) FloatMath.geluTanh(x))
          .isCloseTo(0.5 * x * (1 + Math.tanh(inner)), within(bound));
      assertThat((double) FloatMath.silu(x)).isCloseTo(x * sigmoid, within(bound));
      assertThat((double) FloatMath.geluGrad(x))
          .isCloseTo(phi + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI), within(bound));
      assertThat((double) FloatMath.erfGrad(x))
          .isCloseTo(Math.exp(-x * x) * 2 / Math.sqrt(Math.PI), within(bound));
      assertThat((double) FloatMath.siluGrad(x))
          .isCloseTo(sigmoid * (1 + x * (1 - sigmoid)), within(bound));
      double t = Math.tanh(inner);
      double slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      assertThat((double) FloatMath.geluTanhGrad(x))
          .isCloseTo(0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope, within(bound));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double bound) {
    return org.assertj.core.data.Offset.offset(bound);
  }
}
