package dev.weft.models.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The texts of bench/goldens/tokenizer_long.py, made by the same rules from the same seed. */
final class MadeTexts {
  private static final int[][] RANGES = {
    {0x20, 0x7F},
    {0xA0, 0x250},
    {0x300, 0x370},
    {0x370, 0x530},
    {0x590, 0x700},
    {0x900, 0xE00},
    {0xE00, 0x1200},
    {0x1E00, 0x2000},
    {0x2000, 0x2E80},
    {0x3000, 0x3400},
    {0x4E00, 0xA000},
    {0xAC00, 0xD7A4},
    {0xF900, 0xFFFE},
    {0x1D400, 0x1D800},
    {0x1F300, 0x1FA00},
    {0x20000, 0x20100},
    {0x0, 0x21},
    {0x7F, 0xA1},
    {0xE0000, 0xE0080}
  };
  private static final int[] MARKS = {
    0x301, 0x308, 0x323, 0x345, 0x200D, 0x200C, 0xFE0F, 0x20E3, 0x1F3FB, 0x94D, 0x3099, 0x64B,
    0x2581, 0xFFFD, 0xAD
  };
  private static final int[] BLANKS = {0x20, 0x20, 0x20, 0xA, 0x9, 0xD, 0xA0, 0x3000, 0x85, 0x2028};
  private static final int[] CODE =
      " \n\t(){}[]<>=+-*/\\|&^%$#@!~`'\";:,.?_0123456789abcxyzABCXYZ".codePoints().toArray();

  private final List<int[]> base = new ArrayList<>();
  private final List<int[]> words = new ArrayList<>();
  private final List<Integer> out = new ArrayList<>();
  private long state;

  /** Prose is what whole texts and words are taken from. */
  MadeTexts(long seed, List<String> prose) {
    state = seed;
    for (String text : prose) {
      if (!text.isEmpty()) {
        base.add(text.codePoints().toArray());
      }
      for (String word : text.split(" ", -1)) {
        if (!word.isEmpty()) {
          words.add(word.codePoints().toArray());
        }
      }
    }
  }

  private int next(int n) {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) (((z ^ (z >>> 31)) >>> 33) % n);
  }

  private int of(int[] items) {
    return items[next(items.length)];
  }

  private int in(int[] range) {
    return range[0] + next(range[1] - range[0]);
  }

  private int[] range() {
    return RANGES[next(RANGES.length)];
  }

  private void add(int[] text) {
    for (int c : text) {
      out.add(c);
    }
  }

  private void slice() {
    int[] text = base.get(next(base.size()));
    int start = next(text.length);
    add(Arrays.copyOfRange(text, start, Math.min(text.length, start + 1 + next(80))));
  }

  private void blanks(int most) {
    int blank = of(BLANKS);
    for (int n = next(most); n > 0; n--) {
      out.add(blank);
    }
  }

  /** The next text. */
  String text() {
    out.clear();
    switch (next(8)) {
      case 0 -> slice();
      case 1 -> {
        for (int n = 1 + next(12); n > 0; n--) {
          add(words.get(next(words.size())));
          out.add(0x20);
        }
      }
      case 2 -> {
        int[] range = range();
        for (int n = 1 + next(30); n > 0; n--) {
          out.add(in(range));
        }
      }
      case 3 -> {
        for (int n = 1 + next(20); n > 0; n--) {
          out.add(next(3) > 0 ? in(range()) : of(MARKS));
        }
      }
      case 4 -> {
        for (int n = 1 + next(4); n > 0; n--) {
          blanks(30);
          add(words.get(next(words.size())));
        }
        blanks(10);
      }
      case 5 -> {
        slice();
        for (int n = 1 + next(5); n > 0; n--) {
          int at = next(out.size() + 1);
          out.add(at, next(2) > 0 ? of(MARKS) : in(range()));
        }
      }
      case 6 -> {
        for (int n = 1 + next(16); n > 0; n--) {
          int c = next(0x110000);
          out.add(0xD800 <= c && c < 0xE000 ? 0x41 : c);
        }
      }
      default -> {
        for (int n = 1 + next(60); n > 0; n--) {
          out.add(of(CODE));
        }
      }
    }
    int[] text = out.stream().mapToInt(Integer::intValue).toArray();
    return new String(text, 0, text.length);
  }
}
