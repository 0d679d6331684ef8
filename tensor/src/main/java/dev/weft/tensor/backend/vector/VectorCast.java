package dev.weft.tensor.backend.vector;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Nest;
import dev.weft.tensor.kernel.ScalarCopy;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Casts from BF16 and F16 to F32 and back to BF16, of dense rows; other copies are scalar. */
final class VectorCast {
  private static final int NAN = 0x7FC0;

  private VectorCast() {}

  /** {@link KernelCall.Copy}. */
  static void run(KernelCall.Copy call) {
    DType from = call.in().dtype();
    DType to = call.out().dtype();
    Nest nest = Nest.of(call.dims(), call.inStrides(), call.outStrides());
    boolean widens = to == DType.F32 && (from == DType.BF16 || from == DType.F16);
    boolean narrows = from == DType.F32 && to == DType.BF16;
    if (!(widens || narrows) || nest.innerStride(0) != 1 || nest.innerStride(1) != 1) {
      ScalarCopy.run(call);
      return;
    }
    MemorySegment x = call.in().segment();
    MemorySegment y = call.out().segment();
    nest.pieces((at, n) -> {
      long xb = call.in().offset() + at[0] * from.bytes();
      long yb = call.out().offset() + at[1] * to.bytes();
      int bound = n & -Species.LENGTH;
      if (bound > 0 && from == DType.BF16) {
        fromBf16(x, xb, y, yb, bound);
      } else if (bound > 0 && from == DType.F16) {
        fromF16(x, xb, y, yb, bound);
      } else if (bound > 0) {
        toBf16(x, xb, y, yb, bound);
      }
      for (int i = bound; i < n; i++) {
        float value = Elements.readFloat(x, xb + (long) i * from.bytes(), from);
        Elements.writeFloat(y, yb + (long) i * to.bytes(), to, value);
      }
    });
  }

  private static void fromBf16(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = x.asSlice(xb, 2L * n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      Packing.bf16(xs, 2L * i).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void fromF16(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = x.asSlice(xb, 2L * n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      Packing.f16(xs, 2L * i).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  /** {@link Elements#toBf16}. */
  private static void toBf16(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = y.asSlice(yb, 2L * n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      IntVector bits = IntVector.fromMemorySegment(Species.I32, xs, 4L * i, Species.ORDER);
      VectorMask<Integer> nan = bits.and(0x7FFFFFFF).compare(VectorOperators.GT, 0x7F800000);
      bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
          .add(0x7FFF)
          .lanewise(VectorOperators.LSHR, 16)
          .blend(NAN, nan)
          .convertShape(VectorOperators.I2S, Packing.HALVES, 0)
          .intoMemorySegment(ys, 2L * i, Species.ORDER);
    }
  }
}
