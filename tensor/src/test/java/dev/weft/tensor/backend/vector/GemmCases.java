package dev.weft.tensor.backend.vector;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;

/**
 * Random operands for kernels: every layout, offset and dtype, with canaries round what is used.
 */
final class GemmCases {
  static final int[] SIZES = {1, 2, 7, 13, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130};

  /** Elements of other data before and behind an operand. */
  private static final int MARGIN = 5;

  private static final List<Activation> ACTIVATIONS = List.of(Activation.values());

  private final Arena arena;
  private final Random random;

  GemmCases(Arena arena, long seed) {
    this.arena = arena;
    this.random = new Random(seed);
  }

  /** A call of random sizes; now and then k is longer than a block, or zero. */
  KernelCall.Gemm gemm() {
    int k = size();
    switch (random.nextInt(8)) {
      case 0 -> k = 0;
      case 1 -> k = 1400 + random.nextInt(1100);
      default -> {}
    }
    return gemm(1 + random.nextInt(3), size(), size(), k);
  }

  KernelCall.Gemm gemm(int batch, int m, int n, int k) {
    Matrix c = matrix(batch, m, n, DType.F32, false);
    Matrix init =
        switch (random.nextInt(4)) {
          case 0 -> c;
          case 1 -> matrix(batch, m, n, DType.F32, true);
          default -> Matrix.NONE;
        };
    return new KernelCall.Gemm(
        batch,
        m,
        n,
        k,
        matrix(batch, m, k, anyFloat(), true),
        matrix(batch, k, n, anyFloat(), true),
        c,
        init,
        random.nextBoolean() ? 1f : 0.3f,
        random.nextBoolean() ? Buf.NONE : matrix(1, 1, n, DType.F32, true, 0).buf(),
        ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())),
        random.nextBoolean() ? Matrix.NONE : matrix(batch, m, n, DType.F32, false),
        random.nextBoolean() ? Matrix.NONE : matrix(batch, m, n, DType.F32, true),
        random.nextBoolean() ? Matrix.NONE : matrix(batch, m, n, DType.F32, true));
  }

  /** The same call writing to copies of its outputs. */
  KernelCall.Gemm withOwnOutputs(KernelCall.Gemm g) {
    Matrix c = copy(g.c());
    return new KernelCall.Gemm(
        g.batch(),
        g.m(),
        g.n(),
        g.k(),
        g.a(),
        g.b(),
        c,
        g.init().equals(g.c()) ? c : g.init(),
        g.alpha(),
        g.bias(),
        g.activation(),
        g.preActivation().isPresent() ? copy(g.preActivation()) : Matrix.NONE,
        g.gate(),
        g.residual());
  }

  private int size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private DType anyFloat() {
    return new DType[] {DType.F32, DType.F32, DType.BF16, DType.F16}[random.nextInt(4)];
  }

  private Matrix matrix(int batch, int rows, int cols, DType dtype, boolean repeats) {
    Matrix x = matrix(batch, rows, cols, dtype, repeats, random.nextInt(5));
    return repeats && random.nextInt(4) == 0
        ? new Matrix(x.buf(), x.rowStride(), x.colStride(), 0)
        : x;
  }

  private Matrix matrix(int batch, int rows, int cols, DType dtype, boolean repeats, int layout) {
    int pad = random.nextInt(3);
    long rowStride =
        switch (layout) {
          case 0 -> cols;
          case 1, 2 -> cols + pad;
          case 3 -> 1;
          default -> (2L + pad) * cols + 1;
        };
    long colStride = layout < 3 ? 1 : layout == 3 ? rows + pad : 2 + pad;
    if (repeats && layout == 2 && rows > 1 && random.nextInt(6) == 0) {
      rowStride = 0;
    }
    long batchStride = Math.max(rowStride, 1) * rows + colStride * cols;
    long length =
        Math.max(
            0, (batch - 1) * batchStride + (rows - 1) * rowStride + (cols - 1) * colStride + 1);
    return new Matrix(buf(dtype, length), rowStride, colStride, batchStride);
  }

  /** {@code length} elements at an odd offset, everything filled with finite values. */
  Buf buf(DType dtype, long length) {
    int bytes = dtype.bytes();
    MemorySegment s = arena.allocate((length + 2 * MARGIN) * bytes + 3, 1);
    for (long i = 0; i < length + 2 * MARGIN; i++) {
      float value = (float) random.nextGaussian();
      if (dtype == DType.F32) {
        s.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, value);
      } else if (dtype == DType.BF16) {
        short bits = (short) (Float.floatToRawIntBits(value) >> 16);
        s.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i, bits);
      } else {
        float scaled = random.nextInt(8) == 0 ? value * 1e-6f : value; // subnormals of F16
        s.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i, Float.floatToFloat16(scaled));
      }
    }
    return new Buf(s, (long) MARGIN * bytes, dtype, length);
  }

  Matrix copy(Matrix x) {
    return new Matrix(copy(x.buf()), x.rowStride(), x.colStride(), x.batchStride());
  }

  Buf copy(Buf x) {
    MemorySegment s = arena.allocate(x.segment().byteSize(), 1);
    s.copyFrom(x.segment());
    return new Buf(s, x.offset(), x.dtype(), x.length());
  }

  /** All floats of the operand's segment, margins included, NaN made one NaN. */
  static int[] bits(Buf x) {
    int[] bits = new int[(int) (x.segment().byteSize() / 4)];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(x.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i));
    }
    return bits;
  }
}
