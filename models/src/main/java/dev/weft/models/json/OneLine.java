package dev.weft.models.json;

/** Messages that quote files: a text in one may hold a line break, a message may not. */
public final class OneLine {
  private static final int LONGEST = 2000;

  private OneLine() {}

  /** The text with controls and line breaks written as escapes, cut where it is very long. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        out.append(c == '\n' ? "\\n" : "\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return text.length() > LONGEST ? out.append("...").toString() : out.toString();
  }
}
