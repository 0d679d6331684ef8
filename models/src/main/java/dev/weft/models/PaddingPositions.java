package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.tensor.Tensor;

/**
 * Positions of models that count the tokens that are not padding by their id, masked or not, and
 * that keep row {@code pad} of the position table for padding and begin behind it: RoBERTa, MPNet.
 */
public final class PaddingPositions {
  private PaddingPositions() {}

  /** The position of every token of a padded row: 0, 1, 2 ... and -1 for padding. */
  public static long[] count(long[] ids, int pad) {
    return count(ids, 0, ids.length, pad);
  }

  private static long[] count(long[] ids, int from, int to, int pad) {
    long[] positions = new long[to - from];
    int next = 0;
    for (int t = from; t < to; t++) {
      positions[t - from] = ids[t] == pad ? -1 : next++;
    }
    return positions;
  }

  /** Row of the position table for each token of a batch, I64 [tokens]. */
  public static Tensor rows(Packed batch, int pad) {
    long[] rows = batch.positions().toLongs();
    if (!batch.isPositioned()) {
      long[] ids = batch.ids().toLongs();
      for (int s = 0; s < batch.sequences(); s++) {
        int start = batch.start(s);
        long[] counted = count(ids, start, start + batch.length(s), pad);
        System.arraycopy(counted, 0, rows, start, counted.length);
      }
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] += pad + 1;
    }
    return Tensor.of(rows, rows.length);
  }
}
