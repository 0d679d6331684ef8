package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * Rotary positions: {@code y1 = fma(-x2, sin, x1 cos)} and {@code y2 = fma(x1, sin, x2 cos)} for
 * the halves x1, x2 of a head.
 */
public final class ScalarRope {
  private ScalarRope() {}

  /** {@link KernelCall.Rope}. */
  public static void run(KernelCall.Rope call) {
    check(call);
    int half = call.dim() / 2;
    long width = (long) call.heads() * call.dim();
    Tasks.rows(
        call.rows(),
        width,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            int position =
                Elements.getInt(call.positions().segment(), call.positions().offset(), row);
            for (int head = 0; head < call.heads(); head++) {
              long at = row * width + (long) head * call.dim();
              part(call, at, (long) position * half, 0);
            }
          }
        });
  }

  /** Pairs {@code from ..} of the head at element {@code at}, angles at element {@code angle}. */
  public static void part(KernelCall.Rope call, long at, long angle, int from) {
    int half = call.dim() / 2;
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    for (int d = from; d < half; d++) {
      float cos = Elements.get(call.cos().segment(), call.cos().offset(), angle + d);
      float sin = Elements.get(call.sin().segment(), call.sin().offset(), angle + d);
      sin = call.inverse() ? -sin : sin;
      float x1 = Elements.get(x, call.x().offset(), at + d);
      float x2 = Elements.get(x, call.x().offset(), at + half + d);
      Elements.set(y, call.y().offset(), at + d, Math.fma(-x2, sin, x1 * cos));
      Elements.set(y, call.y().offset(), at + half + d, Math.fma(x1, sin, x2 * cos));
    }
  }

  /** Refuses odd head sizes and positions beyond the tables. */
  public static void check(KernelCall.Rope call) {
    if (call.dim() % 2 != 0) {
      throw new IllegalArgumentException("rope: expected an even head size, got " + call.dim());
    }
    long known = call.dim() == 0 ? 0 : call.cos().length() / (call.dim() / 2);
    for (long row = 0; row < call.rows(); row++) {
      int position = Elements.getInt(call.positions().segment(), call.positions().offset(), row);
      if (position < 0 || position >= known) {
        throw new IllegalArgumentException(
            "rope: position " + position + " of row " + row + " is not in a table of " + known);
      }
    }
  }
}
