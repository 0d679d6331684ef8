package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;

/** Walks the source of a regular expression. */
final class RegexScanner {
  private static final int[] NO_INTERVAL = {};

  /** Far more than any tokenizer has; a set of code points takes 17 KB for each. */
  private static final int LONGEST = 4096;

  private final int[] source;
  private int at;

  RegexScanner(String source) {
    if (source.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a regular expression of %d characters is not supported, at most %d"
              .formatted(source.length(), LONGEST));
    }
    this.source = source.codePoints().toArray();
  }

  boolean atEnd() {
    return at == source.length;
  }

  int peek() {
    return source[at];
  }

  int peekOr(int absent) {
    return atEnd() ? absent : source[at];
  }

  int next() {
    if (atEnd()) {
      throw error("ends too soon");
    }
    return source[at++];
  }

  boolean take(int c) {
    if (peekOr(-1) == c) {
      at++;
      return true;
    }
    return false;
  }

  boolean take(String string) {
    int n = string.length();
    for (int i = 0; i < n; i++) {
      if (at + i >= source.length || source[at + i] != string.charAt(i)) {
        return false;
      }
    }
    at += n;
    return true;
  }

  IllegalArgumentException error(String what) {
    String text = OneLine.of(new String(source, 0, source.length));
    return new IllegalArgumentException(
        "\"%s\" is not supported or broken at %d: %s"
            .formatted(text.length() > 200 ? text.substring(0, 200) + "..." : text, at, what));
  }

  /** {n}, {n,}, {,m} or {n,m}; nothing where the braces hold something else. */
  int[] interval() {
    int mark = at;
    at++;
    int min = number();
    int max = min;
    if (take(',')) {
      max = number();
      if (min < 0 && max < 0) {
        max = -2;
      } else if (max < 0) {
        max = Integer.MAX_VALUE;
      }
      min = Math.max(min, 0);
    }
    if (max < 0 || !take('}')) {
      at = mark;
      return NO_INTERVAL;
    }
    return new int[] {min, max};
  }

  /** A decimal number, or -1 where there is none. */
  private int number() {
    if (peekOr(-1) < '0' || peekOr(-1) > '9') {
      return -1;
    }
    long n = 0;
    while (peekOr(-1) >= '0' && peekOr(-1) <= '9') {
      n = Math.min(Integer.MAX_VALUE - 1, 10 * n + next() - '0');
    }
    return (int) n;
  }

  /** Hexadecimal digits up to a closing brace, or exactly so many. */
  int hex(int digits) {
    boolean braces = digits < 0;
    int value = 0;
    int count = 0;
    while (braces ? !take('}') : count < digits) {
      int digit = Character.digit(next(), 16);
      value = 16 * value + digit;
      if (digit < 0 || ++count > 8 || value < 0 || value > Character.MAX_CODE_POINT) {
        throw error("a hexadecimal number");
      }
    }
    if (count == 0) {
      throw error("a hexadecimal number");
    }
    return value;
  }

  /** What stands before the next {@code end}, which is skipped. */
  String until(String end) {
    StringBuilder out = new StringBuilder();
    while (!take(end)) {
      out.appendCodePoint(next());
    }
    return out.toString();
  }

  void skipComment() {
    while (next() != ')') {
      take('\\');
    }
  }

  void skipName() {
    String name = until(">");
    if (name.isEmpty() || !name.chars().allMatch(Character::isLetterOrDigit)) {
      throw error("group (?<" + name + ">");
    }
  }
}
