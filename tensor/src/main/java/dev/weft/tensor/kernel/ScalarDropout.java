package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * Dropout: a kept element is multiplied by {@code 1 / (1 - p)} rounded to float, others are +0.
 *
 * <p>A row is drawn in blocks of {@link #BLOCK} columns. The words of a block's eight counters lie
 * in two groups of 16, the first two of each counter and the last two, counter after counter; the
 * low halves of a group are the draws of 16 columns, its high halves those of the next 16. So 16
 * columns, and any vector of them, have their draws in order in as many words.
 */
public final class ScalarDropout {
  /** Columns of a block. */
  public static final int BLOCK = 64;

  /** Counters of a block. */
  public static final int COUNTERS = 8;

  private ScalarDropout() {}

  /** {@link KernelCall.Dropout}. */
  public static void run(KernelCall.Dropout call) {
    int threshold = Philox.threshold(call.p());
    int n = Math.toIntExact(call.cols());
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          int[] words = new int[4 * COUNTERS];
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

  /** Columns {@code from} (a multiple of {@link #BLOCK}) {@code .. to - 1} of a row. */
  public static void part(
      KernelCall.Dropout call,
      long row,
      long rowKey,
      int from,
      int to,
      int threshold,
      int[] words) {
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    float scale = Philox.scale(call.p());
    long xb = call.x().offset() + 4 * row * call.cols();
    long yb = call.y().offset() + 4 * row * call.cols();
    int high = (int) (rowKey >>> 32);
    for (int block = from; block < to; block += BLOCK) {
      int n = Math.min(BLOCK, to - block);
      int counter = block / BLOCK * COUNTERS;
      for (int i = 0; i < Math.min(COUNTERS, (n + 1) / 2); i++) {
        Philox.words(call.key(), counter + i, (int) rowKey, high, call.site(), words, 4 * i);
      }
      for (int i = 0; i < n; i++) {
        boolean keep = Philox.keeps(draw(words, i), threshold);
        Elements.set(y, yb, block + i, keep ? Elements.get(x, xb, block + i) * scale : 0f);
      }
    }
  }

  /** The draw of column {@code i} of a block, whose words stand counter after counter. */
  private static int draw(int[] words, int i) {
    int word = words[i % 16 / 2 * 4 + i / 32 * 2 + i % 2];
    return i / 16 % 2 == 0 ? Philox.low(word) : Philox.high(word);
  }
}
