package dev.weft.tensor.kernel;

/**
 * The sequences of one attention call: sequence s has {@code queryLength[s]} query rows from row
 * {@code queryStart[s]} and {@code keyLength[s]} key rows from row {@code keyStart[s]}. Arrays are
 * not copied and must not change while the call runs.
 *
 * <p>Causality, windows and biases by distance go by the places of rows. The keys of a sequence
 * have places 0, 1, 2 ... and its queries the last of them, so that query i of T stands at key i +
 * S - T of S. Where places are given they count instead: rows packed out of a mask with holes keep
 * the distances that their columns had.
 *
 * @param example what each sequence is called in the key of attention dropout, so that packing does
 *     not change the mask
 * @param queryPlace place of each query row, by its row number; empty for places by order
 * @param keyPlace the same for the key rows
 */
public record Segments(
    int[] queryStart,
    int[] queryLength,
    int[] keyStart,
    int[] keyLength,
    int[] example,
    int[] queryPlace,
    int[] keyPlace) {
  private static final int[] BY_ORDER = {};

  /** Sequences whose rows have their places by order. */
  public Segments(
      int[] queryStart, int[] queryLength, int[] keyStart, int[] keyLength, int[] example) {
    this(queryStart, queryLength, keyStart, keyLength, example, BY_ORDER, BY_ORDER);
  }

  /**
   * The same sequences with a place of at least 0 for every row, ascending within a sequence;
   * places of rows that belong to no sequence are not read.
   */
  public Segments withPlaces(int[] queryPlace, int[] keyPlace) {
    return new Segments(
        queryStart, queryLength, keyStart, keyLength, example, queryPlace, keyPlace);
  }

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

  /** Whether places are given; else they are by order. */
  public boolean hasPlaces() {
    return queryPlace.length > 0;
  }

  /** Place of query {@code i} of sequence {@code s}. */
  public int queryPlace(int s, int i) {
    return hasPlaces() ? queryPlace[queryStart[s] + i] : i + keyLength[s] - queryLength[s];
  }

  /** Place of key {@code j} of sequence {@code s}. */
  public int keyPlace(int s, int j) {
    return hasPlaces() ? keyPlace[keyStart[s] + j] : j;
  }

  /** How many keys of sequence {@code s} have a lower place than {@code place}. */
  public int keysBelow(int s, long place) {
    int low = 0;
    int high = keyLength[s];
    if (!hasPlaces()) {
      return Math.clamp(place, low, high);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keyPlace[keyStart[s] + middle] < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
