package dev.weft.models.tokenizer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Code points as the bytes of UTF-8, and back: with U+FFFD for each maximal ill-formed part
 * (Unicode Standard, table 3-8), as Rust decodes. The JDK's decoder puts one for three bytes that
 * spell a surrogate, where there are three parts.
 */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  static String lossy(byte[] bytes, int length) {
    StringBuilder out = new StringBuilder(length);
    int i = 0;
    while (i < length) {
      int b = bytes[i] & 0xFF;
      if (b < 0x80) {
        out.append((char) b);
        i++;
        continue;
      }
      int valid = validPart(bytes, i, length);
      if (valid > 0 && valid == sequenceLength(b)) {
        out.appendCodePoint(codePoint(bytes, i, valid));
      } else {
        out.append(REPLACEMENT);
      }
      i += Math.max(1, valid);
    }
    return out.toString();
  }

  /** The text, or null where the bytes are not UTF-8. */
  static @Nullable String strict(byte[] bytes, int length) {
    for (int i = 0; i < length; ) {
      int expected = sequenceLength(bytes[i] & 0xFF);
      if (expected == 0 || (expected > 1 && validPart(bytes, i, length) != expected)) {
        return null;
      }
      i += expected;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The bytes a lead byte announces; 0 for what is no lead byte. */
  private static int sequenceLength(int lead) {
    if (lead < 0x80) {
      return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    if (lead < 0xE0) {
      return 2;
    }
    return lead < 0xF0 ? 3 : 4;
  }

  /** How many bytes from i on start a well-formed sequence, up to its end. */
  private static int validPart(byte[] bytes, int i, int length) {
    int lead = bytes[i] & 0xFF;
    int expected = sequenceLength(lead);
    int n = expected == 0 ? 0 : 1;
    while (n < expected && i + n < length) {
      int b = bytes[i + n] & 0xFF;
      int lowest = n > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int highest = n > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      if (b < lowest || b > highest) {
        break;
      }
      n++;
    }
    return n;
  }

  private static int codePoint(byte[] bytes, int i, int n) {
    int c = bytes[i] & (0xFF >> (n + 1));
    for (int k = 1; k < n; k++) {
      c = (c << 6) | (bytes[i + k] & 0x3F);
    }
    return c;
  }

  /** How many bytes a code point takes. */
  static int length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  /** Byte k of the {@code length} bytes of a code point, 0 to 255. */
  static int byteAt(int codePoint, int length, int k) {
    if (length == 1) {
      return codePoint;
    }
    int bits = codePoint >> (6 * (length - 1 - k));
    return k > 0 ? 0x80 | (bits & 0x3F) : ((0xF00 >> length) & 0xFF) | bits;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
