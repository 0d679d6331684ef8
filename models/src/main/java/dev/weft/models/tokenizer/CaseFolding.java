package dev.weft.models.tokenizer;

import java.util.Locale;

/**
 * What Oniguruma lets a letter match where case is ignored; here for ASCII, with the two letters
 * beyond that fold to it. Others are refused: they fold by tables of their own.
 */
final class CaseFolding {
  private static final int LONG_S = 0x17F;
  private static final int KELVIN = 0x212A;

  /** Two letters that one ligature or sharp s folds to, so that it would match both. */
  private static final String JOINED = "ss ff fi fl st";

  private CaseFolding() {}

  /** Whether a single character folds to these two. */
  static boolean joins(int first, int second) {
    if (first < 'A' || first > 'z' || second < 'A' || second > 'z') {
      return false;
    }
    int a = Character.toLowerCase(first);
    int b = Character.toLowerCase(second);
    return JOINED.contains("" + (char) a + (char) b);
  }

  /** A set with the other case of all its letters. */
  static CharSet closed(CharSet set, RegexScanner in) {
    CharSet out = set;
    for (int c = 'a'; c <= 'z'; c++) {
      int upper = c - ('a' - 'A');
      int third = c == 's' ? LONG_S : c == 'k' ? KELVIN : c;
      if (set.contains(c) || set.contains(upper) || set.contains(third)) {
        out = out.or(CharSet.of(c)).or(CharSet.of(upper)).or(CharSet.of(third));
      }
    }
    for (int c = set.next(0x80); c >= 0; c = set.next(c + 1)) {
      if (c != LONG_S && c != KELVIN && !isClosed(set, c)) {
        throw in.error("ignoring the case of U+%04X".formatted(c));
      }
    }
    return out;
  }

  /**
   * A sharp s also matches two letters s: so what it comes to must be in the set as well, but for
   * marks.
   */
  private static boolean isClosed(CharSet set, int c) {
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    return set.contains(Character.toLowerCase(c))
        && set.contains(Character.toTitleCase(c))
        && upper.codePoints().allMatch(u -> set.contains(u) || CodePoints.isMark(u));
  }
}
