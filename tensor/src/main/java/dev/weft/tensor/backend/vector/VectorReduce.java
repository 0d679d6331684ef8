package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarReduce;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Reductions: the chunks are those of {@link ScalarReduce}, each summed with vectors. */
final class VectorReduce {
  private VectorReduce() {}

  /** {@link KernelCall.Reduce}. */
  static void run(KernelCall.Reduce call) {
    MemorySegment x = call.x().segment();
    boolean squares = call.kind() == KernelCall.ReduceKind.SUM_OF_SQUARES;
    if (call.kind() == KernelCall.ReduceKind.MAX) {
      if (call.inner() == 1) {
        maxRows(call);
      } else {
        ScalarReduce.run(call);
      }
    } else if (call.inner() == 1) {
      ScalarReduce.sumRows(
          call,
          (base, n) -> squares ? VectorSums.squares(x, base, n, 0f) : VectorSums.sum(x, base, n));
    } else {
      ScalarReduce.sumColumns(
          call,
          (base, rows, cols, sums) -> {
            int bound = cols & -Species.LENGTH;
            for (int r = 0; r < rows; r++) {
              long row = base + 4 * call.inner() * r;
              if (squares) {
                addSquares(x, row, bound, sums);
              } else {
                add(x, row, bound, sums);
              }
            }
            ScalarReduce.addColumns(call, base, rows, bound, cols, sums);
          });
    }
  }

  private static void add(MemorySegment x, long row, int n, float[] sums) {
    MemorySegment xs = Species.floats(x, row, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector sum = FloatVector.fromArray(Species.F32, sums, i);
      sum.add(FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER))
          .intoArray(sums, i);
    }
  }

  private static void addSquares(MemorySegment x, long row, int n, float[] sums) {
    MemorySegment xs = Species.floats(x, row, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      v.fma(v, FloatVector.fromArray(Species.F32, sums, i)).intoArray(sums, i);
    }
  }

  private static void maxRows(KernelCall.Reduce call) {
    ScalarReduce.checkNotEmpty(call);
    MemorySegment x = call.x().segment();
    Tasks.rows(
        call.outer(),
        call.n(),
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long base = call.x().offset() + 4 * row * call.n();
            int n = Math.toIntExact(call.n());
            int at = first(x, base, n, max(x, base, n));
            ScalarReduce.writeMax(call, row, Elements.get(x, base, at), at);
          }
        });
  }

  /** Largest x as Math.max sees it: NaN if there is one. */
  private static float max(MemorySegment x, long base, int n) {
    MemorySegment xs = Species.floats(x, base, n);
    FloatVector m = FloatVector.broadcast(Species.F32, Float.NEGATIVE_INFINITY);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      m = m.max(FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER));
    }
    float max = m.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < n; i++) {
      max = Math.max(max, Elements.get(x, base, i));
    }
    return max;
  }

  /** First position of {@code max}, which is there. */
  private static int first(MemorySegment x, long base, int n, float max) {
    int i = 0;
    while (!(Float.isNaN(max)
        ? Float.isNaN(Elements.get(x, base, i))
        : Elements.get(x, base, i) == max)) {
      i++;
      if (i == n) {
        throw new IllegalStateException("max: the operand changed while it was read");
      }
    }
    return i;
  }
}
