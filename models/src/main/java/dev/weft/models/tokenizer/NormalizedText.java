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

  /** What a text may grow to; a hostile file could else double it again and again. */
  private static final int MAX_GROWTH = 64;

  private static final int MAX_GROWN_ANYWAY = 1 << 16;

  private final boolean tracked;
  private final int base;
  private final int maxLength;
  private int[] codePoints;
  private int[] starts;
  private int[] ends;
  private int length;

  /** The slice [from, to) of a text's code points, not yet normalised. */
  NormalizedText(int[] text, int from, int to, boolean tracked) {
    this.tracked = tracked;
    this.base = from;
    this.length = to - from;
    this.maxLength = (int) Math.min(1 << 30, MAX_GROWN_ANYWAY + (long) MAX_GROWTH * length);
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

  private NormalizedText(
      NormalizedText of, int base, int[] codePoints, int[] starts, int[] ends, int length) {
    this.tracked = of.tracked;
    this.maxLength = of.maxLength;
    this.base = base;
    this.codePoints = codePoints;
    this.starts = starts;
    this.ends = ends;
    this.length = length;
  }

  /** The non-empty range [from, to) as a text of its own; what is changed there stays there. */
  NormalizedText slice(int from, int to) {
    return new NormalizedText(
        this,
        originalStart(from),
        Arrays.copyOfRange(codePoints, from, to),
        tracked ? Arrays.copyOfRange(starts, from, to) : NONE,
        tracked ? Arrays.copyOfRange(ends, from, to) : NONE,
        to - from);
  }

  /**
   * The non-empty range [from, to) rewritten: code point {@code i} of the result comes from code
   * point {@code from + source[i]} of this text and has its range.
   */
  NormalizedText rewritten(int from, int[] rewritten, int[] source, int count) {
    int[] newStarts = tracked ? new int[count] : NONE;
    int[] newEnds = tracked ? new int[count] : NONE;
    if (tracked) {
      for (int i = 0; i < count; i++) {
        newStarts[i] = starts[from + source[i]];
        newEnds[i] = ends[from + source[i]];
      }
    }
    return new NormalizedText(
        this, originalStart(from), rewritten, newStarts, newEnds, grown(count));
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

  /** Keeps [from, to) alone. */
  void keep(int from, int to) {
    if (from > 0) {
      System.arraycopy(codePoints, from, codePoints, 0, to - from);
      if (tracked) {
        System.arraycopy(starts, from, starts, 0, to - from);
        System.arraycopy(ends, from, ends, 0, to - from);
      }
    }
    length = to - from;
  }

  /** Puts code points in front, which share the range of the first; does nothing when empty. */
  void prepend(int[] prefix) {
    if (length == 0 || prefix.length == 0) {
      return;
    }
    int count = grown((long) length + prefix.length);
    int[] longer = Arrays.copyOf(prefix, count);
    System.arraycopy(codePoints, 0, longer, prefix.length, length);
    codePoints = longer;
    if (tracked) {
      starts = widened(starts, prefix.length, count);
      ends = widened(ends, prefix.length, count);
    }
    length = count;
  }

  private static int[] widened(int[] values, int by, int count) {
    int[] wide = new int[count];
    Arrays.fill(wide, 0, by, values[0]);
    System.arraycopy(values, 0, wide, by, count - by);
    return wide;
  }

  /**
   * Puts {@code content} in the place of every match. It shares the range of the match's last code
   * point, or for an empty match of the code point before, or of none at the start.
   */
  void replace(Cuts cuts, int[] content) {
    long total = length;
    for (int i = 0; i < cuts.count(); i++) {
      total += cuts.isMatch(i) ? content.length - (cuts.end(i) - cuts.start(i)) : 0;
    }
    int count = grown(total);
    int[] newCodePoints = new int[count];
    int[] newStarts = tracked ? new int[count] : NONE;
    int[] newEnds = tracked ? new int[count] : NONE;
    int at = 0;
    for (int i = 0; i < cuts.count(); i++) {
      int from = cuts.start(i);
      int to = cuts.end(i);
      int added = cuts.isMatch(i) ? content.length : to - from;
      System.arraycopy(
          cuts.isMatch(i) ? content : codePoints,
          cuts.isMatch(i) ? 0 : from,
          newCodePoints,
          at,
          added);
      if (tracked && cuts.isMatch(i)) {
        Arrays.fill(newStarts, at, at + added, to == 0 ? base : starts[to - 1]);
        Arrays.fill(newEnds, at, at + added, to == 0 ? base : ends[to - 1]);
      } else if (tracked) {
        System.arraycopy(starts, from, newStarts, at, added);
        System.arraycopy(ends, from, newEnds, at, added);
      }
      at += added;
    }
    codePoints = newCodePoints;
    starts = newStarts;
    ends = newEnds;
    length = count;
  }

  private int grown(long count) {
    if (count > maxLength) {
      throw new IllegalArgumentException(
          "the tokenizer makes %d code points of a text that may grow to %d"
              .formatted(count, maxLength));
    }
    return (int) count;
  }

  /** Applies a list of (code point, change) as described above. */
  void transform(Changes changes) {
    int count = grown(changes.length());
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
