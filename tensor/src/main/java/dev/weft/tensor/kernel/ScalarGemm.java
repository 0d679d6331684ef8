package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Defines {@link KernelCall.Gemm} to the bit: one chain of fma over k in order for every output, so
 * that no blocking, tile shape, vector width, thread or other row can change a result.
 */
public final class ScalarGemm {
  private ScalarGemm() {}

  /** Runs the call. */
  public static void run(KernelCall.Gemm g) {
    check(g);
    float[] row = new float[g.k()];
    for (int b = 0; b < g.batch(); b++) {
      for (int i = 0; i < g.m(); i++) {
        for (int p = 0; p < g.k(); p++) {
          row[p] = load(g.a(), b, i, p);
        }
        for (int j = 0; j < g.n(); j++) {
          float sum = g.init().isPresent() ? load(g.init(), b, i, j) : 0f;
          for (int p = 0; p < g.k(); p++) {
            sum = Math.fma(row[p], load(g.b(), b, p, j), sum);
          }
          finish(g, b, i, j, sum);
        }
      }
    }
  }

  /** Applies the epilogue to the sum of output (i, j) of matrix b and stores it. */
  public static void finish(KernelCall.Gemm g, int b, int i, int j, float sum) {
    float value = g.alpha() == 1f ? sum : sum * g.alpha();
    if (g.bias().isPresent()) {
      value += load(g.bias(), j);
    }
    if (g.preActivation().isPresent()) {
      store(g.preActivation(), b, i, j, value);
    }
    value = activate(g.activation(), value);
    if (g.gate().isPresent()) {
      value *= load(g.gate(), b, i, j);
    }
    if (g.residual().isPresent()) {
      value += load(g.residual(), b, i, j);
    }
    store(g.c(), b, i, j, value);
  }

  /** The activation of an epilogue; the same function as the unary kernel of that name. */
  public static float activate(KernelCall.Activation activation, float x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> FloatMath.relu(x);
      case GELU -> FloatMath.gelu(x);
      case GELU_TANH -> FloatMath.geluTanh(x);
      case SILU -> FloatMath.silu(x);
      case TANH -> FloatMath.tanh(x);
    };
  }

  /** Refuses dtypes and extents the kernel does not read or write. */
  public static void check(KernelCall.Gemm g) {
    if (g.batch() < 0 || g.m() < 0 || g.n() < 0 || g.k() < 0) {
      throw new IllegalArgumentException(
          "gemm: expected sizes of at least 0, got batch %d, m %d, n %d, k %d"
              .formatted(g.batch(), g.m(), g.n(), g.k()));
    }
    operand(g, "a", g.a(), g.m(), g.k(), true);
    operand(g, "b", g.b(), g.k(), g.n(), true);
    operand(g, "c", g.c(), g.m(), g.n(), false);
    operand(g, "init", g.init(), g.m(), g.n(), false);
    operand(g, "preActivation", g.preActivation(), g.m(), g.n(), false);
    operand(g, "gate", g.gate(), g.m(), g.n(), false);
    operand(g, "residual", g.residual(), g.m(), g.n(), false);
    operand(g, "bias", new Matrix(g.bias(), 0, 1, 0), 1, g.n(), false);
  }

  private static void operand(
      KernelCall.Gemm g, String name, Matrix x, int rows, int cols, boolean half) {
    if (!x.isPresent() || g.batch() == 0 || rows == 0 || cols == 0) {
      return;
    }
    DType dtype = x.buf().dtype();
    if (dtype != DType.F32 && !(half && (dtype == DType.BF16 || dtype == DType.F16))) {
      throw new IllegalArgumentException(
          "gemm: expected %s of %s, got %s"
              .formatted(name, half ? "F32, BF16 or F16" : "F32", dtype));
    }
    long last =
        (g.batch() - 1) * x.batchStride() + (rows - 1) * x.rowStride() + (cols - 1) * x.colStride();
    if (last >= x.buf().length()) {
      throw new IllegalArgumentException(
          "gemm: expected %s to hold element %d ([%d, %d, %d] at strides %d, %d, %d), got length %d"
              .formatted(
                  name,
                  last,
                  g.batch(),
                  rows,
                  cols,
                  x.batchStride(),
                  x.rowStride(),
                  x.colStride(),
                  x.buf().length()));
    }
  }

  /** Element (i, j) of matrix b, widened to float. */
  static float load(Matrix x, int b, int i, int j) {
    return load(x.buf(), x.index(b, i, j));
  }

  /** Element {@code index} of a float buffer, widened. */
  static float load(Buf x, long index) {
    MemorySegment s = x.segment();
    return switch (x.dtype()) {
      case F32 -> s.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4 * index);
      case BF16 ->
          Float.intBitsToFloat(
              s.get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index) << 16);
      case F16 ->
          Float.float16ToFloat(s.get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index));
      case I64, I32, U8, BOOL ->
          throw new IllegalArgumentException("expected a float operand, got " + x.dtype());
    };
  }

  private static void store(Matrix x, int b, int i, int j, float value) {
    store(x.buf(), x.index(b, i, j), value);
  }

  /** Writes element {@code index} of an F32 buffer. */
  static void store(Buf x, long index, float value) {
    x.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4 * index, value);
  }
}
