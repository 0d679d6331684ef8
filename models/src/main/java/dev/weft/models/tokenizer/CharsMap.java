package dev.weft.models.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's {@code precompiled_charsmap}: strings of UTF-8 to strings, as a double-array trie
 * (Darts) and the strings it leads to, each ended by a zero byte.
 *
 * <p>A unit of 32 bits holds a label (bits 0 to 7, and bit 31, which no label has), the distance to
 * its children (bits 10 to 30, times 256 if bit 9 is set), and whether a string ends there (bit 8);
 * then the child with label 0 holds where its replacement starts.
 */
final class CharsMap {
  static final int NONE = -1;

  private final int[] units;
  private final byte[] replacements;

  private CharsMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /** Reads a map, or throws IllegalArgumentException with what is wrong, in one line. */
  static CharsMap of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < 4 ? -1 : buffer.getInt() & 0xFFFF_FFFFL;
    if (size < 4 || size % 4 != 0 || size > buffer.remaining()) {
      throw new IllegalArgumentException(
          "its trie says %d bytes, %d are there".formatted(size, Math.max(0, bytes.length - 4)));
    }
    int[] units = new int[(int) size / 4];
    buffer.asIntBuffer().get(units);
    byte[] replacements = Arrays.copyOfRange(bytes, 4 + (int) size, bytes.length);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("its replacements are not UTF-8", e);
    }
    return new CharsMap(units, replacements);
  }

  /**
   * Where the replacement of the shortest prefix of the code points [from, to) starts that has one,
   * or {@link #NONE}. (SentencePiece takes the longest prefix; the Rust library the shortest.)
   */
  int find(int[] text, int from, int to) {
    int node = offset(units[0]);
    for (int i = from; i < to; i++) {
      int c = text[i];
      int bytes = Utf8.length(c);
      for (int k = 0; k < bytes; k++) {
        int label = Utf8.byteAt(c, bytes, k);
        if (label == 0) {
          return NONE;
        }
        node ^= label;
        int unit = unit(node);
        if ((unit & 0x8000_00FF) != label) {
          return NONE;
        }
        node ^= offset(unit);
        if (((unit >> 8) & 1) != 0) {
          return start(unit(node) & 0x7FFF_FFFF);
        }
      }
    }
    return NONE;
  }

  /** The replacement that starts there. */
  int[] replacement(int start) {
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8)
        .codePoints()
        .toArray();
  }

  private int unit(int node) {
    if (node < 0 || node >= units.length) {
      throw broken("its trie points to unit " + node + " of " + units.length);
    }
    return units[node];
  }

  private int start(int value) {
    boolean within =
        value <= replacements.length
            && (value == replacements.length || (replacements[value] & 0xC0) != 0x80);
    if (!within) {
      throw broken("its trie points to byte " + value + " of " + replacements.length);
    }
    return value;
  }

  private static IllegalArgumentException broken(String what) {
    return new IllegalArgumentException("the precompiled_charsmap is broken: " + what);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >> 6);
  }
}
