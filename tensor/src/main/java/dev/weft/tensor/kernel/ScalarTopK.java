package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * The k largest of each row with a bounded heap whose root is the worst kept; both CPU backends run
 * it. NaN is above every number and equal to itself, zeros of either sign are equal, and of equal
 * values the earlier is better.
 */
public final class ScalarTopK {
  private ScalarTopK() {}

  /** {@link KernelCall.TopK}. */
  public static void run(KernelCall.TopK call) {
    if (call.k() < 0 || call.k() > call.cols()) {
      throw new IllegalArgumentException(
          "topk: expected k in 0 .. " + call.cols() + ", got " + call.k());
    }
    int n = Math.toIntExact(call.cols());
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          float[] values = new float[call.k()];
          int[] indices = new int[call.k()];
          for (long row = from; row < to; row++) {
            row(call, row, n, values, indices);
          }
        });
  }

  private static void row(KernelCall.TopK call, long row, int n, float[] values, int[] indices) {
    int k = call.k();
    MemorySegment x = call.x().segment();
    long base = call.x().offset() + 4 * row * n;
    int size = 0;
    for (int i = 0; i < n && k > 0; i++) {
      float value = Elements.get(x, base, i);
      if (size < k) {
        int hole = size++;
        while (hole > 0 && better(values[(hole - 1) / 2], indices[(hole - 1) / 2], value, i)) {
          values[hole] = values[(hole - 1) / 2];
          indices[hole] = indices[(hole - 1) / 2];
          hole = (hole - 1) / 2;
        }
        values[hole] = value;
        indices[hole] = i;
      } else if (!(value <= values[0]) && better(value, i, values[0], indices[0])) {
        sink(values, indices, size, value, i);
      }
    }
    while (size > 0) {
      long at = row * k + --size;
      Elements.set(call.values().segment(), call.values().offset(), at, values[0]);
      Elements.setLong(call.indices().segment(), call.indices().offset(), at, indices[0]);
      sink(values, indices, size, values[size], indices[size]);
    }
  }

  /** Replaces the root of a heap of {@code size}. */
  private static void sink(float[] values, int[] indices, int size, float value, int index) {
    int hole = 0;
    while (2 * hole + 1 < size) {
      int child = 2 * hole + 1;
      if (child + 1 < size
          && better(values[child], indices[child], values[child + 1], indices[child + 1])) {
        child++;
      }
      if (better(values[child], indices[child], value, index)) {
        break;
      }
      values[hole] = values[child];
      indices[hole] = indices[child];
      hole = child;
    }
    values[hole] = value;
    indices[hole] = index;
  }

  private static boolean better(float a, int i, float b, int j) {
    if (a > b) {
      return true;
    }
    if (a < b) {
      return false;
    }
    boolean aNaN = Float.isNaN(a);
    return aNaN == Float.isNaN(b) ? i < j : aNaN;
  }
}
