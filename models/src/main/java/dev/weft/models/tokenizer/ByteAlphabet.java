package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's alphabet: a visible character for each of the 256 bytes, so that a vocabulary of
 * characters spells any UTF-8 text.
 */
final class ByteAlphabet {
  /** The first character for a byte that shows nothing itself. */
  private static final int FIRST_STAND_IN = 256;

  private static final int[] CHARACTERS = new int[256];
  private static final int[] BYTES = new int[512];

  /** The character that stands for a space. */
  static final int SPACE;

  static {
    Arrays.fill(BYTES, -1);
    int standIn = FIRST_STAND_IN;
    for (int b = 0; b < 256; b++) {
      boolean visible =
          (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
      CHARACTERS[b] = visible ? b : standIn++;
      BYTES[CHARACTERS[b]] = b;
    }
    SPACE = CHARACTERS[' '];
  }

  private ByteAlphabet() {}

  /** The character of a byte. */
  static int character(int b) {
    return CHARACTERS[b];
  }

  /** The byte of a character, or -1 where it stands for none. */
  static int byteOf(int character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }

  /** How many bytes a code point takes in UTF-8. */
  static int utf8Length(int c) {
    if (c < 0x80) {
      return 1;
    }
    if (c < 0x800) {
      return 2;
    }
    return c < 0x10000 ? 3 : 4;
  }

  /** Writes the characters of a code point's bytes; returns the index behind the last. */
  static int spell(int c, int[] out, int at) {
    int n = utf8Length(c);
    if (n == 1) {
      out[at] = CHARACTERS[c];
      return at + 1;
    }
    int lead = n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0;
    int shift = 6 * (n - 1);
    out[at] = CHARACTERS[lead | (c >> shift)];
    for (int i = 1; i < n; i++) {
      shift -= 6;
      out[at + i] = CHARACTERS[0x80 | ((c >> shift) & 0x3F)];
    }
    return at + n;
  }

  /** The range [from, to) of a text in this alphabet; each byte has its code point's range. */
  static NormalizedText spelled(NormalizedText text, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += utf8Length(text.at(i));
    }
    int[] spelled = new int[count];
    int[] source = new int[count];
    int at = 0;
    for (int i = from; i < to; i++) {
      int next = spell(text.at(i), spelled, at);
      Arrays.fill(source, at, next, i - from);
      at = next;
    }
    return text.rewritten(from, spelled, source, count);
  }
}
