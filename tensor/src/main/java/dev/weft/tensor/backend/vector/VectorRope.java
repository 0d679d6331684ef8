package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
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
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    MemorySegment cs = call.cos().segment();
    MemorySegment ss = call.sin().segment();
    long cb = call.cos().offset() + 4 * angle;
    long sb = call.sin().offset() + 4 * angle;
    long xb = call.x().offset() + 4 * at;
    long yb = call.y().offset() + 4 * at;
    long xh = xb + 4L * half;
    long yh = yb + 4L * half;
    float sign = call.inverse() ? -1f : 1f;
    for (int d = 0; d < bound; d += Species.LENGTH) {
      FloatVector cos = Species.load(cs, cb, d);
      FloatVector sin = Species.load(ss, sb, d).mul(sign);
      FloatVector x1 = Species.load(x, xb, d);
      FloatVector x2 = Species.load(x, xh, d);
      Species.store(x2.neg().fma(sin, x1.mul(cos)), y, yb, d);
      Species.store(x1.fma(sin, x2.mul(cos)), y, yh, d);
    }
  }
}
