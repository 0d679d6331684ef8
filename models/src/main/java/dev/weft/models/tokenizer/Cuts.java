package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * A text cut by a pattern: ranges in order that cover it, each a match or what lies between. A
 * match may be empty.
 */
final class Cuts {
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private boolean[] matches = new boolean[16];
  private int count;

  int count() {
    return count;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  boolean isMatch(int i) {
    return matches[i];
  }

  void add(int start, int end, boolean match) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      matches = Arrays.copyOf(matches, 2 * count);
    }
    starts[count] = start;
    ends[count] = end;
    matches[count++] = match;
  }

  /** Adds a match that starts at or behind the last one, and what lies between before it. */
  void addMatch(int done, int start, int end) {
    if (done != start) {
      add(done, start, false);
    }
    add(start, end, true);
  }

  /** Makes matches of what lies between them, and the other way round. */
  void invert() {
    for (int i = 0; i < count; i++) {
      matches[i] = !matches[i];
    }
  }
}
