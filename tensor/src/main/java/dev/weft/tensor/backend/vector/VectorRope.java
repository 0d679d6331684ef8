package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarRope;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@link ScalarRope} on vectors along the halves of a head: one loop for all heads of a row. (With
 * slices of its own for each, heads of 64 took twice the time from the second cache.)
 */
final class VectorRope {
  private VectorRope() {}

  /** {@link KernelCall.Rope}. */
  static void run(KernelCall.Rope call) {
    ScalarRope.check(call);
    int half = call.dim() / 2;
    int bound = half & -Species.LENGTH;
    long width = (long) call.heads() * call.dim();
    Tasks.rows(
        call.rows(),
        width,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long angle =
                (long) half
                    * Elements.getInt(call.positions().segment(), call.positions().offset(), row);
            if (bound > 0) {
              vectors(call, row * width, angle, half, bound);
            }
            for (int head = 0; head < call.heads(); head++) {
              ScalarRope.part(call, row * width + (long) head * call.dim(), angle, bound);
            }
          }
        });
  }

  private static void vectors(KernelCall.Rope call, long at, long angle, int half, int bound) {
    int n = call.heads() * call.dim();
    MemorySegment cs = floats(call.cos(), angle, bound);
    MemorySegment ss = floats(call.sin(), angle, bound);
    MemorySegment xs = floats(call.x(), at, n);
    MemorySegment ys = floats(call.y(), at, n);
    float sign = call.inverse() ? -1f : 1f;
    for (int head = 0; head < n; head += 2 * half) {
      for (int d = 0; d < bound; d += Species.LENGTH) {
        long first = 4L * (head + d);
        long second = 4L * (head + half + d);
        FloatVector cos = FloatVector.fromMemorySegment(Species.F32, cs, 4L * d, Species.ORDER);
        FloatVector sin =
            FloatVector.fromMemorySegment(Species.F32, ss, 4L * d, Species.ORDER).mul(sign);
        FloatVector x1 = FloatVector.fromMemorySegment(Species.F32, xs, first, Species.ORDER);
        FloatVector x2 = FloatVector.fromMemorySegment(Species.F32, xs, second, Species.ORDER);
        x2.neg().fma(sin, x1.mul(cos)).intoMemorySegment(ys, first, Species.ORDER);
        x1.fma(sin, x2.mul(cos)).intoMemorySegment(ys, second, Species.ORDER);
      }
    }
  }

  private static MemorySegment floats(Buf buf, long at, int n) {
    return Species.floats(buf.segment(), buf.offset() + 4 * at, n);
  }
}
