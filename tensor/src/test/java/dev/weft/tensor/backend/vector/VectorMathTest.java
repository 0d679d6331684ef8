package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.kernel.FloatMath;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** Every lane of {@link VectorMath} has the bits of {@link FloatMath}, over every 2,027th float. */
class VectorMathTest {
  private interface FloatFunction {
    float apply(float x);
  }

  private static void same(FloatFunction scalar, UnaryOperator<FloatVector> vector) {
    float[] in = new float[16];
    float[] out = new float[16];
    int step = 2027;
    for (long bits = 0; bits < 1L << 32; bits += 16L * step) {
      for (int i = 0; i < 16; i++) {
        in[i] = Float.intBitsToFloat((int) (bits + (long) i * step));
      }
      for (int part = 0; part < 16; part += Species.LENGTH) {
        vector.apply(FloatVector.fromArray(Species.F32, in, part)).intoArray(out, part);
      }
      for (int i = 0; i < 16; i++) {
        int want = Float.floatToIntBits(scalar.apply(in[i]));
        if (Float.floatToIntBits(out[i]) != want) {
          assertThat(out[i]).as("at %s", in[i]).isEqualTo(Float.intBitsToFloat(want));
        }
      }
    }
  }

  @Test
  void expHasTheScalarBits() {
    same(FloatMath::exp, VectorMath::exp);
  }

  @Test
  void logHasTheScalarBits() {
    same(FloatMath::log, VectorMath::log);
  }

  @Test
  void tanhHasTheScalarBits() {
    same(FloatMath::tanh, VectorMath::tanh);
  }

  @Test
  void erfHasTheScalarBits() {
    same(FloatMath::erf, VectorMath::erf);
  }

  @Test
  void activationsHaveTheScalarBits() {
    same(FloatMath::sigmoid, VectorMath::sigmoid);
    same(FloatMath::silu, VectorMath::silu);
    same(FloatMath::gelu, VectorMath::gelu);
    same(FloatMath::geluTanh, VectorMath::geluTanh);
    same(FloatMath::relu, VectorMath::relu);
  }

  @Test
  void derivativesHaveTheScalarBits() {
    same(FloatMath::siluGrad, VectorMath::siluGrad);
    same(FloatMath::geluGrad, VectorMath::geluGrad);
    same(FloatMath::geluTanhGrad, VectorMath::geluTanhGrad);
  }
}
