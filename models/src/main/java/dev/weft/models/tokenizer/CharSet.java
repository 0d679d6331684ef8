package dev.weft.models.tokenizer;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of code points; immutable. */
final class CharSet {
  private static final int PAGE_BITS = 8;
  private static final int PAGE_WORDS = 4;
  private static final int PAGES = (Character.MAX_CODE_POINT + 1) >> PAGE_BITS;
  private static final long[] NONE = new long[PAGE_WORDS];
  private static final long[] ALL = {-1, -1, -1, -1};

  static final CharSet ANY = new CharSet(filled(ALL));
  static final CharSet EMPTY = new CharSet(filled(NONE));

  private final long[][] pages;

  private CharSet(long[][] pages) {
    this.pages = pages;
  }

  private static long[][] filled(long[] page) {
    long[][] pages = new long[PAGES][];
    Arrays.fill(pages, page);
    return pages;
  }

  static CharSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  static CharSet range(int from, int to) {
    long[][] pages = filled(NONE);
    for (int page = from >> PAGE_BITS; page <= to >> PAGE_BITS; page++) {
      int first = Math.max(from, page << PAGE_BITS);
      int last = Math.min(to, (page << PAGE_BITS) | ((1 << PAGE_BITS) - 1));
      if (last - first + 1 == 1 << PAGE_BITS) {
        pages[page] = ALL;
        continue;
      }
      pages[page] = new long[PAGE_WORDS];
      for (int c = first; c <= last; c++) {
        pages[page][(c >> 6) & (PAGE_WORDS - 1)] |= 1L << c;
      }
    }
    return new CharSet(pages);
  }

  static CharSet of(IntPredicate members) {
    long[][] pages = filled(NONE);
    for (int page = 0; page < PAGES; page++) {
      long[] words = new long[PAGE_WORDS];
      for (int i = 0; i < 1 << PAGE_BITS; i++) {
        if (members.test((page << PAGE_BITS) | i)) {
          words[i >> 6] |= 1L << i;
        }
      }
      pages[page] = shared(words);
    }
    return new CharSet(pages);
  }

  /** Ranges as unicode.txt has them: "41-5A 61". */
  @SuppressWarnings("ReferenceEquality") // pages start as one shared empty page
  static CharSet ofRanges(String ranges) {
    long[][] pages = filled(NONE);
    for (String range : ranges.split(" ", -1)) {
      int dash = range.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
      int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1), 16);
      for (int c = from; c <= to; c++) {
        int page = c >> PAGE_BITS;
        if (pages[page] == NONE) {
          pages[page] = new long[PAGE_WORDS];
        }
        pages[page][(c >> 6) & (PAGE_WORDS - 1)] |= 1L << c;
      }
    }
    return new CharSet(pages);
  }

  boolean contains(int c) {
    return (pages[c >> PAGE_BITS][(c >> 6) & (PAGE_WORDS - 1)] >>> c & 1) != 0;
  }

  /** The first member from a code point on, or -1. */
  @SuppressWarnings("ReferenceEquality") // empty pages are one
  int next(int from) {
    int c = from;
    while (c <= Character.MAX_CODE_POINT) {
      if (pages[c >> PAGE_BITS] == NONE) {
        c = ((c >> PAGE_BITS) + 1) << PAGE_BITS;
      } else if (contains(c)) {
        return c;
      } else {
        c++;
      }
    }
    return -1;
  }

  CharSet or(CharSet other) {
    return combined(other, true);
  }

  CharSet and(CharSet other) {
    return combined(other, false);
  }

  private CharSet combined(CharSet other, boolean or) {
    long[][] out = new long[PAGES][];
    for (int page = 0; page < PAGES; page++) {
      long[] words = new long[PAGE_WORDS];
      for (int i = 0; i < PAGE_WORDS; i++) {
        long a = pages[page][i];
        long b = other.pages[page][i];
        words[i] = or ? a | b : a & b;
      }
      out[page] = shared(words);
    }
    return new CharSet(out);
  }

  CharSet not() {
    long[][] out = new long[PAGES][];
    for (int page = 0; page < PAGES; page++) {
      long[] words = new long[PAGE_WORDS];
      for (int i = 0; i < PAGE_WORDS; i++) {
        words[i] = ~pages[page][i];
      }
      out[page] = shared(words);
    }
    return new CharSet(out);
  }

  private static long[] shared(long[] words) {
    return Arrays.equals(words, NONE) ? NONE : Arrays.equals(words, ALL) ? ALL : words;
  }
}
