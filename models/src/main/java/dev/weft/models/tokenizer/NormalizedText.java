package dev.weft.models.tokenizer;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Code points on their way through the pipeline, each with the range of the original text it came
 * from.
 *
 * <p>Alignments follow the Rust library's NormalizedString to the letter, whose unit is a list of
 * (code point, change): change 0 replaces the next code point, 1 is inserted and shares the range
 * of the one before, -n replaces the next one and removes the n after it. Ranges are in code points
 * of the whole text. Without alignments ({@code tracked} false) only the code points are kept.
 */
final class NormalizedText {
  private static final int[] NONE = {};

  private final boolean tracked;
  private final int base;
  private int[] codePoints;
  private int[] starts;
  private int[] ends;
  private int length;

  /** The slice [from, to) of a text's code points, not yet normalised. */
  NormalizedText(int[] text, int from, int to, boolean tracked) {
    this.tracked = tracked;
    this.base = from;
    this.length = to - from;
    this.codePoints = Arrays.copyOfRange(text, from, to);
    this.starts = tracked ? new int[length] : NONE;
    this.ends = tracked ? new int[length] : NONE;
    if (tracked) {
      for (int i = 0; i < length; i++) {
        starts[i] = from + i;
        ends[i] = from + i + 1;
      }
    }
  }

  int length() {
    return length;
  }

  int at(int i) {
    return codePoints[i];
  }

  /** The code points; valid up to {@link #length()} until the next change. */
  int[] codePoints() {
    return codePoints;
  }

  boolean tracked() {
    return tracked;
  }

  /** Where the non-empty range [from, to) starts in the original text, in code points. */
  int originalStart(int from) {
    return tracked ? starts[from] : 0;
  }

  /** Where the non-empty range that ends before {@code to} ends in the original text. */
  int originalEnd(int to) {
    return tracked ? ends[to - 1] : 0;
  }

  String text(int from, int to) {
    return new String(codePoints, from, to - from);
  }

  /** Keeps the code points that pass; what stays keeps its range. */
  void filter(IntPredicate keep) {
    int kept = 0;
    for (int i = 0; i < length; i++) {
      int c = codePoints[i];
      if (keep.test(c)) {
        codePoints[kept] = c;
        if (tracked) {
          starts[kept] = starts[i];
          ends[kept] = ends[i];
        }
        kept++;
      }
    }
    length = kept;
  }

  /** Replaces the code point at i, which keeps its range. */
  void set(int i, int c) {
    codePoints[i] = c;
  }

  /** Applies a list of (code point, change) as described above. */
  void transform(Changes changes) {
    int count = changes.length();
    int[] newStarts = tracked ? new int[count] : NONE;
    int[] newEnds = tracked ? new int[count] : NONE;
    if (tracked) {
      int old = 0;
      for (int i = 0; i < count; i++) {
        int change = changes.change(i);
        if (change <= 0) {
          newStarts[i] = starts[old];
          newEnds[i] = ends[old];
          old += 1 - change;
        } else {
          newStarts[i] = old == 0 ? base : starts[old - 1];
          newEnds[i] = old == 0 ? base : ends[old - 1];
        }
      }
    }
    codePoints = changes.codePoints();
    starts = newStarts;
    ends = newEnds;
    length = count;
  }

  /** A growing list of (code point, change). */
  static final class Changes {
    private int[] codePoints;
    private int[] changes;
    private int length;

    Changes(int capacity) {
      int room = Math.max(16, capacity);
      codePoints = new int[room];
      changes = new int[room];
    }

    void add(int codePoint, int change) {
      if (length == codePoints.length) {
        codePoints = Arrays.copyOf(codePoints, 2 * length);
        changes = Arrays.copyOf(changes, 2 * length);
      }
      codePoints[length] = codePoint;
      changes[length++] = change;
    }

    int length() {
      return length;
    }

    int codePoint(int i) {
      return codePoints[i];
    }

    int change(int i) {
      return changes[i];
    }

    /** Moves the entry at {@code from} down to {@code to}, shifting what lies between. */
    void sink(int from, int to) {
      int c = codePoints[from];
      int change = changes[from];
      System.arraycopy(codePoints, to, codePoints, to + 1, from - to);
      System.arraycopy(changes, to, changes, to + 1, from - to);
      codePoints[to] = c;
      changes[to] = change;
    }

    private int[] codePoints() {
      return codePoints;
    }
  }
}
