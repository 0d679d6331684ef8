package dev.weft.bench.suite;

import dev.weft.bench.peer.GemmPeer.Product;
import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall.Gemm;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Matrices of a product, with fixed contents in [-1, 1), and our kernel on them. */
final class Operands {
  private final MemorySegment a;
  private final MemorySegment b;
  private final MemorySegment c;
  private final Gemm gemm;

  Operands(Product p, Arena arena) {
    a = random(arena, (long) p.batch() * p.m() * p.k(), 1);
    b = random(arena, (long) p.batch() * p.k() * p.n(), 2);
    c = arena.allocate(4L * p.batch() * p.m() * p.n(), 64);
    long kn = (long) p.k() * p.n();
    Matrix right =
        p.transposed() ? new Matrix(buf(b), 1, p.k(), kn) : new Matrix(buf(b), p.n(), 1, kn);
    gemm =
        Gemm.of(
            p.batch(),
            p.m(),
            p.n(),
            p.k(),
            new Matrix(buf(a), p.k(), 1, (long) p.m() * p.k()),
            right,
            new Matrix(buf(c), p.n(), 1, (long) p.m() * p.n()));
  }

  static MemorySegment random(Arena arena, long count, long seed) {
    MemorySegment segment = arena.allocate(4 * count, 64);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < count; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (2 * random.nextDouble() - 1));
    }
    return segment;
  }

  static Buf buf(MemorySegment segment) {
    return new Buf(segment, 0, DType.F32, segment.byteSize() / 4);
  }

  MemorySegment a() {
    return a;
  }

  MemorySegment b() {
    return b;
  }

  MemorySegment c() {
    return c;
  }

  /** {@code C = A B}. */
  void multiply() {
    Kernels.run(gemm);
  }
}
