package dev.weft.tensor.kernel;

/**
 * The sequences of one attention call: sequence s has {@code queryLength[s]} query rows from row
 * {@code queryStart[s]} and {@code keyLength[s]} key rows from row {@code keyStart[s]}. Arrays are
 * not copied and must not change while the call runs.
 *
 * @param example what each sequence is called in the key of attention dropout, so that packing does
 *     not change the mask
 */
public record Segments(
    int[] queryStart, int[] queryLength, int[] keyStart, int[] keyLength, int[] example) {
  /** Number of sequences. */
  public int count() {
    return queryStart.length;
  }

  /** Total number of query rows; the log-sum-exp of a call holds this many values a head. */
  public long queries() {
    long total = 0;
    for (int length : queryLength) {
      total += length;
    }
    return total;
  }
}
