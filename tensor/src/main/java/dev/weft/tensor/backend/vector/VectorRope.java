package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarRope;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link ScalarRope} on vectors along the halves of a head. */
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
            for (int head = 0; head < call.heads(); head++) {
              long at = row * width + (long) head * call.dim();
              vectors(call, at, angle, half, bound);
              ScalarRope.part(call, at, angle, bound);
            }
          }
        });
  }

  private static void vectors(KernelCall.Rope call, long at, long angle, int half, int bound) {
    MemorySegment cs = floats(call.cos(), angle, bound);
    MemorySegment ss = floats(call.sin(), angle, bound);
    MemorySegment x1s = floats(call.x(), at, bound);
    MemorySegment x2s = floats(call.x(), at + half, bound);
    MemorySegment y1s = floats(call.y(), at, bound);
    MemorySegment y2s = floats(call.y(), at + half, bound);
    float sign = call.inverse() ? -1f : 1f;
    for (int d = 0; d < bound; d += Species.LENGTH) {
      FloatVector cos = FloatVector.fromMemorySegment(Species.F32, cs, 4L * d, Species.ORDER);
      FloatVector sin =
          FloatVector.fromMemorySegment(Species.F32, ss, 4L * d, Species.ORDER).mul(sign);
      FloatVector x1 = FloatVector.fromMemorySegment(Species.F32, x1s, 4L * d, Species.ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(Species.F32, x2s, 4L * d, Species.ORDER);
      x2.neg().fma(sin, x1.mul(cos)).intoMemorySegment(y1s, 4L * d, Species.ORDER);
      x1.fma(sin, x2.mul(cos)).intoMemorySegment(y2s, 4L * d, Species.ORDER);
    }
  }

  private static MemorySegment floats(Buf buf, long at, int n) {
    return Species.floats(buf.segment(), buf.offset() + 4 * at, n);
  }
}
