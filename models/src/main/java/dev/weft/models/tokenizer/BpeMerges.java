package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * The merges of a BPE model: which pair of tokens becomes which token, and in which order. An
 * open-addressing table from a pair to its rank.
 */
final class BpeMerges {
  static final int NO_MERGE = -1;

  private static final long EMPTY = -1;

  private long[] pairs;
  private int[] ranks;
  private int[] merged;
  private int size;
  private int distinct;

  BpeMerges(int expected) {
    int slots = Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 24))) * 4;
    pairs = new long[slots];
    ranks = new int[slots];
    Arrays.fill(pairs, EMPTY);
    merged = new int[Math.max(16, expected)];
  }

  /** Adds the next merge; of a pair that is there twice the later one counts. */
  void add(int left, int right, int result) {
    if (size == merged.length) {
      merged = Arrays.copyOf(merged, 2 * size);
    }
    merged[size] = result;
    if (2 * (distinct + 1) > pairs.length) {
      grow();
    }
    long pair = pair(left, right);
    int slot = slot(pair);
    distinct += pairs[slot] == EMPTY ? 1 : 0;
    pairs[slot] = pair;
    ranks[slot] = size++;
  }

  /** The rank of a pair, 0 first, or {@link #NO_MERGE}. */
  int rank(int left, int right) {
    int slot = slot(pair(left, right));
    return pairs[slot] == EMPTY ? NO_MERGE : ranks[slot];
  }

  /** The token that the merge of a rank makes. */
  int result(int rank) {
    return merged[rank];
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long pair) {
    int mask = pairs.length - 1;
    int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (pairs[slot] != EMPTY && pairs[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldPairs = pairs;
    int[] oldRanks = ranks;
    pairs = new long[2 * oldPairs.length];
    ranks = new int[pairs.length];
    Arrays.fill(pairs, EMPTY);
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldPairs[i] != EMPTY) {
        int slot = slot(oldPairs[i]);
        pairs[slot] = oldPairs[i];
        ranks[slot] = oldRanks[i];
      }
    }
  }
}
