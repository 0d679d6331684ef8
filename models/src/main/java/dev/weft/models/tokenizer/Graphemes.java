package dev.weft.models.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Extended grapheme clusters (Unicode Standard Annex 29), as far as {@link Precompiled} can tell
 * them: classes are those of the Rust library, from {@code graphemes.txt}. Flags are left out, for
 * a flag is longer than any cluster that is looked up whole.
 */
final class Graphemes {
  private static final int EXTEND = 1;
  private static final int CONTROL = 1 << 1;
  private static final int PREPEND = 1 << 2;
  private static final int PICTOGRAPHIC = 1 << 3;
  private static final int PICTOGRAPHIC_EXTEND = 1 << 4;
  private static final int CONSONANT = 1 << 5;
  private static final int LINKER = 1 << 6;
  private static final int CONJUNCT_EXTEND = 1 << 7;
  private static final int HANGUL_L = 1 << 8;
  private static final int HANGUL_V = 1 << 9;
  private static final int HANGUL_T = 1 << 10;
  private static final int HANGUL_LV = 1 << 11;
  private static final int HANGUL_LVT = 1 << 12;
  private static final int JOINER = 1 << 13;

  private static final int ZERO_WIDTH_JOINER = 0x200D;

  /** No code point below extends another, and none below the second is prepended to another. */
  private static final int FIRST_EXTEND = 0x300;

  private static final int FIRST_PREPEND = 0x600;
  private static final int FIRST_SYLLABLE = 0xAC00;
  private static final int SYLLABLES = 11172;
  private static final int SYLLABLES_A_VOWEL = 28;

  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final short[][] CLASSES = read();

  private Graphemes() {}

  /** Where the cluster that starts at {@code from} ends, at most {@code to}. */
  static int end(int[] text, int from, int to) {
    int at = from + 1;
    if (at == to || (text[at] < FIRST_EXTEND && text[from] < FIRST_PREPEND && text[from] != '\r')) {
      return at;
    }
    int before = classes(text[from]);
    int conjunct = 0; // 1: a consonant; 2: and a linker after it
    int pictograph = 0; // 1: a pictograph; 2: and a joiner after it
    for (; at < to; at++) {
      if ((before & CONSONANT) != 0) {
        conjunct = 1;
      } else if ((before & LINKER) != 0) {
        conjunct = conjunct == 0 ? 0 : 2;
      } else if ((before & (CONJUNCT_EXTEND | JOINER)) == 0) {
        conjunct = 0;
      }
      if ((before & PICTOGRAPHIC) != 0) {
        pictograph = 1;
      } else if ((before & JOINER) != 0) {
        pictograph = pictograph == 1 ? 2 : 0;
      } else if ((before & PICTOGRAPHIC_EXTEND) == 0 || pictograph == 2) {
        pictograph = 0;
      }
      int next = classes(text[at]);
      boolean joined =
          (text[at - 1] == '\r' && text[at] == '\n')
              || (((before | next) & CONTROL) == 0
                  && (joins(before, next)
                      || (conjunct == 2 && (next & CONSONANT) != 0)
                      || (pictograph == 2 && (next & PICTOGRAPHIC) != 0)));
      if (!joined) {
        return at;
      }
      before = next;
    }
    return to;
  }

  private static boolean joins(int before, int next) {
    return (next & (EXTEND | JOINER)) != 0
        || (before & PREPEND) != 0
        || ((before & HANGUL_L) != 0
            && (next & (HANGUL_L | HANGUL_V | HANGUL_LV | HANGUL_LVT)) != 0)
        || ((before & (HANGUL_LV | HANGUL_V)) != 0 && (next & (HANGUL_V | HANGUL_T)) != 0)
        || ((before & (HANGUL_LVT | HANGUL_T)) != 0 && (next & HANGUL_T) != 0);
  }

  private static int classes(int c) {
    int syllable = c - FIRST_SYLLABLE;
    if (syllable >= 0 && syllable < SYLLABLES) {
      return syllable % SYLLABLES_A_VOWEL == 0 ? HANGUL_LV : HANGUL_LVT;
    }
    return CLASSES[c >> PAGE_BITS][c & (PAGE - 1)];
  }

  private static short[][] read() {
    short[] empty = new short[PAGE];
    short[][] pages = new short[(Character.MAX_CODE_POINT + 1) / PAGE][];
    Arrays.fill(pages, empty);
    mark(pages, empty, JOINER, ZERO_WIDTH_JOINER, ZERO_WIDTH_JOINER);
    mark(pages, empty, CONTROL, '\n', '\n');
    mark(pages, empty, CONTROL, '\r', '\r');
    try (InputStream in = Graphemes.class.getResourceAsStream("graphemes.txt")) {
      if (in == null) {
        throw new IllegalStateException("graphemes.txt is missing beside Graphemes.class");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          int bit = bit(words[0]);
          for (int i = 1; i < words.length; i++) {
            int dash = words[i].indexOf('-');
            String first = dash < 0 ? words[i] : words[i].substring(0, dash);
            int from = Integer.parseInt(first, 16);
            int to = dash < 0 ? from : Integer.parseInt(words[i].substring(dash + 1), 16);
            mark(pages, empty, bit, from, to);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  private static int bit(String name) {
    return switch (name) {
      case "extend" -> EXTEND;
      case "control" -> CONTROL;
      case "prepend" -> PREPEND;
      case "pictographic" -> PICTOGRAPHIC;
      case "pictographic-extend" -> PICTOGRAPHIC_EXTEND;
      case "consonant" -> CONSONANT;
      case "linker" -> LINKER;
      case "conjunct-extend" -> CONJUNCT_EXTEND;
      case "hangul-l" -> HANGUL_L;
      case "hangul-v" -> HANGUL_V;
      case "hangul-t" -> HANGUL_T;
      default -> throw new IllegalStateException("graphemes.txt: unknown class " + name);
    };
  }

  @SuppressWarnings("ReferenceEquality") // pages start as one shared empty page
  private static void mark(short[][] pages, short[] empty, int bit, int from, int to) {
    for (int c = from; c <= to; c++) {
      int page = c >> PAGE_BITS;
      if (pages[page] == empty) {
        pages[page] = new short[PAGE];
      }
      pages[page][c & (PAGE - 1)] |= (short) bit;
    }
  }
}
