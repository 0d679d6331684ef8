package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/** Dropout: a kept element is multiplied by {@code 1 / (1 - p)} rounded to float, others are +0. */
public final class ScalarDropout {
  private ScalarDropout() {}

  /** {@link KernelCall.Dropout}. */
  public static void run(KernelCall.Dropout call) {
    long threshold = Philox.threshold(call.p());
    int n = Math.toIntExact(call.cols());
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          int[] words = new int[4];
          for (long row = from; row < to; row++) {
            part(call, row, rowKey(call, row), 0, n, threshold, words);
          }
        });
  }

  /** What a row is called. */
  public static long rowKey(KernelCall.Dropout call, long row) {
    return call.rowKeys().isPresent()
        ? Elements.getLong(call.rowKeys().segment(), call.rowKeys().offset(), row)
        : row;
  }

  /** Columns {@code from} (a multiple of 4) {@code .. to - 1} of a row. */
  public static void part(
      KernelCall.Dropout call,
      long row,
      long rowKey,
      int from,
      int to,
      long threshold,
      int[] words) {
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    float scale = Philox.scale(call.p());
    long xb = call.x().offset() + 4 * row * call.cols();
    long yb = call.y().offset() + 4 * row * call.cols();
    for (int i = from; i < to; i++) {
      if (i % 4 == 0) {
        int high = (int) (rowKey >>> 32);
        Philox.words(call.key(), i / 4, (int) rowKey, high, call.site(), words, 0);
      }
      boolean keep = Philox.keeps(words[i % 4], threshold);
      Elements.set(y, yb, i, keep ? Elements.get(x, xb, i) * scale : 0f);
    }
  }
}
