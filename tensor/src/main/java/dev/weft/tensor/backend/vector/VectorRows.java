package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarRows;
import java.lang.foreign.MemorySegment;

/** Scatter-add of rows; gather is a copy, and the scalar body's. */
final class VectorRows {
  private VectorRows() {}

  /** {@link KernelCall.ScatterAdd}. */
  static void run(KernelCall.ScatterAdd call) {
    int n = Math.toIntExact(call.cols());
    int bound = n & -Species.LENGTH;
    MemorySegment src = call.src().segment();
    MemorySegment out = call.out().segment();
    ScalarRows.scatter(
        call,
        (position, id) -> {
          long sb = call.src().offset() + 4 * position * n;
          long ob = call.out().offset() + 4 * id * n;
          VectorBinary.add(out, ob, src, sb, out, ob, bound);
          for (int i = bound; i < n; i++) {
            Elements.set(out, ob, i, Elements.get(out, ob, i) + Elements.get(src, sb, i));
          }
        });
  }
}
