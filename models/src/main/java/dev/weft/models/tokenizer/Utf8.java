package dev.weft.models.tokenizer;

import java.nio.charset.StandardCharsets;

/** Code points as the bytes of UTF-8, which the Rust library counts in. */
final class Utf8 {
  private Utf8() {}

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
    int bits = codePoint >> 6 * (length - 1 - k);
    return k > 0 ? 0x80 | bits & 0x3F : 0xF00 >> length & 0xFF | bits;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
