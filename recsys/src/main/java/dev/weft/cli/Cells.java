package dev.weft.cli;

/** Texts cut and filled up to columns of a terminal, where a character may take none or two. */
final class Cells {
  private static final String SHADES = " ·░▒▓█";

  /** What these shades stand for. */
  static final String LEGEND =
      "· 1 to 4 %   ░ 5 to 14 %   ▒ 15 to 34 %   ▓ 35 to 64 %   █ from 65 %";

  private Cells() {}

  /** A character as dark as a probability is large. */
  static char shade(float probability) {
    int level =
        probability < 0.01f
            ? 0
            : probability < 0.05f
                ? 1
                : probability < 0.15f ? 2 : probability < 0.35f ? 3 : probability < 0.65f ? 4 : 5;
    return SHADES.charAt(level);
  }

  /** At the left of so many columns, cut where it is longer. */
  static String left(String text, int columns) {
    String cut = cut(text, columns);
    return cut + " ".repeat(columns - width(cut));
  }

  /** At the right of so many columns, cut where it is longer. */
  static String right(String text, int columns) {
    String cut = cut(text, columns);
    return " ".repeat(columns - width(cut)) + cut;
  }

  private static String cut(String text, int columns) {
    String shown = visible(text);
    if (width(shown) <= columns) {
      return shown;
    }
    StringBuilder kept = new StringBuilder();
    int used = 1; // the ellipsis
    for (int i = 0; i < shown.length(); ) {
      int point = shown.codePointAt(i);
      used += width(point);
      if (used > columns) {
        break;
      }
      kept.appendCodePoint(point);
      i += Character.charCount(point);
    }
    return kept.append('…').toString();
  }

  /** A text whose control characters are written out. */
  static String visible(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          switch (point) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
              if (Character.isISOControl(point)
                  || Character.getType(point) == Character.SURROGATE) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            }
          }
        });
    return shown.toString();
  }

  /** How many columns a text takes. */
  static int width(String text) {
    return text.codePoints().map(Cells::width).sum();
  }

  private static int width(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(point) ? 2 : 1;
    };
  }

  /** The blocks of Unicode's East Asian Width that are wide, in the rough. */
  private static boolean isWide(int point) {
    return (point >= 0x1100 && point <= 0x115F)
        || (point >= 0x2E80 && point <= 0xA4CF)
        || (point >= 0xAC00 && point <= 0xD7A3)
        || (point >= 0xF900 && point <= 0xFAFF)
        || (point >= 0xFE30 && point <= 0xFE6F)
        || (point >= 0xFF00 && point <= 0xFF60)
        || (point >= 0xFFE0 && point <= 0xFFE6)
        || (point >= 0x1F300 && point <= 0x1FAFF)
        || (point >= 0x20000 && point <= 0x3FFFD);
  }
}
