package dev.weft.models.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * GPT-2's splitting and alphabet ({@link ByteAlphabet}); decoding reads bytes again, and a token
 * that is not all of the alphabet as it stands.
 *
 * <p>{@code useRegex} splits at the matches of {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
 * ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}, written out by hand: it is the hot loop of every byte-level
 * tokenizer.
 */
record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer, Decoder {
  private static final int[] SPACE = {' '};

  @Override
  public void split(NormalizedText text, int from, int to, Pieces out) {
    NormalizedText source = text;
    int start = from;
    int end = to;
    if (addPrefixSpace && text.at(from) != ' ') {
      source = text.slice(from, to);
      source.prepend(SPACE);
      start = 0;
      end = source.length();
    }
    NormalizedText spelled = ByteAlphabet.spelled(source, start, end);
    if (!useRegex) {
      out.piece(spelled, 0, spelled.length());
      return;
    }
    int written = 0;
    int[] codePoints = source.codePoints();
    for (int i = start; i < end; ) {
      int next = endOfWord(codePoints, i, end);
      int length = 0;
      for (; i < next; i++) {
        length += ByteAlphabet.utf8Length(codePoints[i]);
      }
      out.piece(spelled, written, written + length);
      written += length;
    }
  }

  /** Where the match that starts at i ends; there always is one. */
  static int endOfWord(int[] text, int i, int to) {
    int c = text[i];
    if (c == '\'') {
      int contraction = contraction(text, i + 1, to);
      if (contraction > 0) {
        return i + 1 + contraction;
      }
    }
    int first = c == ' ' && i + 1 < to && !CodePoints.isSpace(text[i + 1]) ? i + 1 : i;
    if (CodePoints.isSpace(text[first])) {
      return endOfBlanks(text, i, to);
    }
    int end = first + 1;
    if (CodePoints.isLetter(text[first])) {
      while (end < to && CodePoints.isLetter(text[end])) {
        end++;
      }
    } else if (CodePoints.isNumber(text[first])) {
      while (end < to && CodePoints.isNumber(text[end])) {
        end++;
      }
    } else {
      while (end < to && isOther(text[end])) {
        end++;
      }
    }
    return end;
  }

  private static boolean isOther(int c) {
    return !CodePoints.isSpace(c) && !CodePoints.isLetter(c) && !CodePoints.isNumber(c);
  }

  /** The last of several blanks is left to the word behind them. */
  private static int endOfBlanks(int[] text, int i, int to) {
    int end = i + 1;
    while (end < to && CodePoints.isSpace(text[end])) {
      end++;
    }
    return end == to || end == i + 1 ? end : end - 1;
  }

  private static int contraction(int[] text, int i, int to) {
    if (i == to) {
      return 0;
    }
    int c = text[i];
    if (c == 's' || c == 't' || c == 'm' || c == 'd') {
      return 1;
    }
    int d = i + 1 < to ? text[i + 1] : 0;
    return (c == 'r' && d == 'e') || (c == 'v' && d == 'e') || (c == 'l' && d == 'l') ? 2 : 0;
  }

  @Override
  public List<String> chain(List<String> tokens) {
    byte[] bytes = new byte[tokens.stream().mapToInt(t -> 3 * t.length()).sum()];
    int n = 0;
    for (String token : tokens) {
      int mark = n;
      for (int i = 0; i < token.length() && n >= 0; i++) {
        int b = ByteAlphabet.byteOf(token.charAt(i));
        if (b < 0) {
          n = -1;
        } else {
          bytes[n++] = (byte) b;
        }
      }
      if (n < 0) {
        byte[] own = token.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(own, 0, bytes, mark, own.length);
        n = mark + own.length;
      }
    }
    return List.of(Utf8.lossy(bytes, n));
  }
}
