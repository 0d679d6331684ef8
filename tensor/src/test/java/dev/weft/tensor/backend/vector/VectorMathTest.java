package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.ScalarAttention;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/**
 * Every lane of {@link VectorMath} and {@link MathLoops} has the bits of {@link FloatMath}, over
 * every 2,027th float.
 */
class VectorMathTest {
  private static final float[] ONES = new float[16];

  static {
    Arrays.fill(ONES, 1f);
  }

  private interface FloatFunction {
    float apply(float x);
  }

  private interface ArrayLoop {
    void run(float[] x, int length);
  }

  private static void same(FloatFunction scalar, UnaryOperator<FloatVector> vector) {
    same(
        scalar,
        (x, length) -> {
          for (int i = 0; i < length; i += Species.LENGTH) {
            vector.apply(FloatVector.fromArray(Species.F32, x, i)).intoArray(x, i);
          }
        });
  }

  private static void same(FloatFunction scalar, ArrayLoop loop) {
    float[] in = new float[16];
    float[] out = new float[16];
    int step = 2027;
    for (long bits = 0; bits < 1L << 32; bits += 16L * step) {
      for (int i = 0; i < 16; i++) {
        in[i] = Float.intBitsToFloat((int) (bits + (long) i * step));
      }
      System.arraycopy(in, 0, out, 0, 16);
      loop.run(out, 16);
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
    same(FloatMath::exp, MathLoops::exp);
  }

  @Test
  void logHasTheScalarBits() {
    same(FloatMath::log, VectorMath::log);
  }

  @Test
  void weightsHaveTheScalarBitsUpTo80() {
    same(
        x -> x > 80 ? 0 : ScalarAttention.weight(x),
        (x, length) -> {
          for (int i = 0; i < length; i++) {
            x[i] = x[i] > 80 ? Float.NEGATIVE_INFINITY : x[i];
          }
          int rows = Tile.panels(length, Tile.COLUMNS);
          for (int lane = 0; lane < Math.min(length, Tile.COLUMNS); lane += Tile.LANES) {
            MathLoops.weights(x, lane, rows, 1f, Tile.ZEROS, 0, new float[Tile.LANES], 0);
          }
        });
  }

  @Test
  void tanhHasTheScalarBits() {
    same(FloatMath::tanh, VectorMath::tanh);
    same(FloatMath::tanh, MathLoops::tanh);
  }

  @Test
  void erfHasTheScalarBits() {
    same(FloatMath::erf, VectorMath::erf);
  }

  @Test
  void activationsHaveTheScalarBits() {
    float[] spare = new float[16];
    same(FloatMath::sigmoid, VectorMath::sigmoid);
    same(FloatMath::silu, VectorMath::silu);
    same(FloatMath::gelu, VectorMath::gelu);
    same(FloatMath::geluTanh, VectorMath::geluTanh);
    same(FloatMath::silu, (x, n) -> MathLoops.silu(x, n, spare));
    same(FloatMath::gelu, MathLoops::gelu);
    same(FloatMath::geluTanh, MathLoops::geluTanh);
    same(FloatMath::relu, VectorMath::relu);
  }

  @Test
  void derivativesHaveTheScalarBits() {
    same(FloatMath::erfGrad, VectorMath::erfGrad);
    same(FloatMath::siluGrad, VectorMath::siluGrad);
    same(FloatMath::geluTanhGrad, VectorMath::geluTanhGrad);
  }

  @Test
  void theDerivativeOfGeluHasTheScalarBits() {
    Buf saved = buf();
    Buf dy = buf();
    Buf dx = buf();
    MemorySegment.copy(ONES, 0, dy.segment(), ValueLayout.JAVA_FLOAT, 0, ONES.length);
    KernelCall.UnaryGrad call = new KernelCall.UnaryGrad(UnaryKind.GELU, saved, dy, dx);
    same(
        FloatMath::geluGrad,
        (x, n) -> {
          MemorySegment.copy(x, 0, saved.segment(), ValueLayout.JAVA_FLOAT, 0, n);
          VectorUnaryGrad.run(call);
          MemorySegment.copy(dx.segment(), ValueLayout.JAVA_FLOAT, 0, x, 0, n);
        });
  }

  private static Buf buf() {
    return new Buf(Arena.ofAuto().allocate(4L * ONES.length, 64), 0, DType.F32, ONES.length);
  }
}
