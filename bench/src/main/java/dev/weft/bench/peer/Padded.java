package dev.weft.bench.peer;

import java.util.List;

/**
 * Sequences filled up to the longest of them with id 0, as every peer wants them.
 *
 * @param ids [B, T]
 * @param mask [B, T], 1 at a token and 0 at a filling
 */
public record Padded(long[][] ids, long[][] mask) {
  /** Of these sequences. */
  public static Padded of(List<int[]> sequences) {
    int longest = sequences.stream().mapToInt(s -> s.length).max().orElse(0);
    long[][] ids = new long[sequences.size()][longest];
    long[][] mask = new long[sequences.size()][longest];
    for (int s = 0; s < ids.length; s++) {
      int[] sequence = sequences.get(s);
      for (int t = 0; t < sequence.length; t++) {
        ids[s][t] = sequence[t];
        mask[s][t] = 1;
      }
    }
    return new Padded(ids, mask);
  }

  /** Places, fillings included. */
  public int places() {
    return ids.length == 0 ? 0 : ids.length * ids[0].length;
  }
}
