package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * A Java string as code points. Half a surrogate pair, which UTF-8 and so the Rust library cannot
 * hold, counts as U+FFFD, what a UTF-8 decoder puts in its place.
 */
final class SourceText {
  private static final int REPLACEMENT = 0xFFFD;

  private final int[] codePoints;
  private final int length;
  private final int[] charIndex;

  SourceText(String text) {
    int chars = text.length();
    int[] out = new int[chars];
    int n = 0;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        out[n++] = c;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < chars
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out[n++] = Character.toCodePoint(c, text.charAt(++i));
      } else {
        out[n++] = REPLACEMENT;
      }
    }
    codePoints = out;
    length = n;
    charIndex = n == chars ? new int[0] : charIndex();
  }

  private int[] charIndex() {
    int[] index = new int[length + 1];
    for (int i = 0; i < length; i++) {
      index[i + 1] = index[i] + Character.charCount(codePoints[i]);
    }
    return index;
  }

  /** The code points; valid up to {@link #length()}. */
  int[] codePoints() {
    return codePoints;
  }

  int length() {
    return length;
  }

  /** The index of a code point in the string. */
  int charIndex(int codePoint) {
    return charIndex.length == 0 ? codePoint : charIndex[codePoint];
  }

  /** The text of [from, to), well formed. */
  String text(int from, int to) {
    return new String(Arrays.copyOfRange(codePoints, from, to), 0, to - from);
  }
}
