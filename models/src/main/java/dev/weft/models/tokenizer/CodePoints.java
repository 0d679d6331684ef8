package dev.weft.models.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classes and mappings of code points as the Rust tokenizers see them, from {@code unicode.txt}.
 *
 * <p>Not the JDK's: {@link Character} follows one Unicode version and moves with the release, the
 * Rust library holds several at once (see {@code package-info}).
 */
final class CodePoints {
  private static final int REMOVED = 1;
  private static final int NONSPACING = 1 << 1;
  private static final int MARK = 1 << 2;
  private static final int PUNCTUATION = 1 << 3;
  private static final int WORD = 1 << 4;
  private static final int SPACE = 1 << 5;
  private static final int IDEOGRAPH = 1 << 6;
  private static final int NUMERIC = 1 << 7;

  /** General categories in the order of their numbers, Cn last; unassigned is 0. */
  private static final List<String> CATEGORIES =
      List.of(
          "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Me", "Pc", "Pd", "Ps",
          "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cs");

  private static final int LAST_LETTER = CATEGORIES.indexOf("Lo");
  private static final int LAST_NUMBER = CATEGORIES.indexOf("No");

  /** The White_Space property; stable across Unicode versions. */
  private static final String WHITE_SPACE = "9-D 20 85 A0 1680 2000-200A 2028-2029 202F 205F 3000";

  /** BERT's "Chinese characters", with the two gaps of the Rust source at 2B820 and 2CEB0. */
  private static final String IDEOGRAPHS =
      "3400-4DBF 4E00-9FFF F900-FAFF 20000-2A6DF 2A700-2B81F 2B920-2CEAF 2F800-2FA1F";

  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final byte[] EMPTY_BYTES = new byte[PAGE];
  private static final int[] @Nullable [] EMPTY_MAP = new int[PAGE] @Nullable [];

  private static final byte[][] FLAGS = pages();
  private static final byte[][] ORDER = pages();
  private static final byte[][] CATEGORY = pages();
  private static final byte[][] SCRIPT = pages();
  private static final Map<String, String> NAMED = new HashMap<>();
  private static final int[] @Nullable [][] LOWERCASE = mapPages();
  private static final int[] @Nullable [][] CANONICAL = mapPages();
  private static final int[] @Nullable [][] COMPATIBILITY = mapPages();
  private static final Map<Long, Integer> COMPOSITION = new HashMap<>();

  static {
    flag(SPACE, WHITE_SPACE);
    flag(IDEOGRAPH, IDEOGRAPHS);
    read();
  }

  private CodePoints() {}

  /** Dropped by BERT's clean_text: NUL, U+FFFD, controls, formats and private use of Unicode 8. */
  static boolean isRemoved(int c) {
    return is(c, REMOVED);
  }

  /** General category Mn of Unicode 8; what BERT's strip_accents drops after NFD. */
  static boolean isNonspacing(int c) {
    return is(c, NONSPACING);
  }

  /** General category M; what StripAccents drops. */
  static boolean isMark(int c) {
    return is(c, MARK);
  }

  /** ASCII punctuation and symbols, or general category P of Unicode 8. */
  static boolean isPunctuation(int c) {
    return is(c, PUNCTUATION);
  }

  /** {@code \w} of Rust's regular expressions. */
  static boolean isWord(int c) {
    return is(c, WORD);
  }

  static boolean isSpace(int c) {
    return is(c, SPACE);
  }

  static boolean isIdeograph(int c) {
    return is(c, IDEOGRAPH);
  }

  /** General category N of Rust's standard library. */
  static boolean isNumeric(int c) {
    return is(c, NUMERIC);
  }

  /** {@code \p{L}} of Oniguruma. */
  static boolean isLetter(int c) {
    int category = category(c);
    return category > 0 && category <= LAST_LETTER;
  }

  /** {@code \p{N}} of Oniguruma. */
  static boolean isNumber(int c) {
    int category = category(c);
    return category > LAST_LETTER && category <= LAST_NUMBER;
  }

  /** General category as Oniguruma has it: an index of {@link #categories()}. */
  static int category(int c) {
    return CATEGORY[c >> PAGE_BITS][c & (PAGE - 1)];
  }

  /** The names of the general categories. */
  static List<String> categories() {
    return CATEGORIES;
  }

  /** A script or property of Oniguruma as ranges "41-5A 61", or null where it is not known here. */
  static @Nullable String named(String property) {
    return NAMED.get(property.toLowerCase(Locale.ROOT));
  }

  /** The class between whose members UnicodeScripts does not split; 0 never splits. */
  static int script(int c) {
    return SCRIPT[c >> PAGE_BITS][c & (PAGE - 1)] & 0xFF;
  }

  /** Rank of the canonical combining class, 0 for starters. Ranks order as the classes do. */
  static int order(int c) {
    return ORDER[c >> PAGE_BITS][c & (PAGE - 1)];
  }

  /** The lower-case form, or null where it is the code point itself. */
  static int @Nullable [] lowercase(int c) {
    return LOWERCASE[c >> PAGE_BITS][c & (PAGE - 1)];
  }

  /** The full canonical decomposition without Hangul, or null where there is none. */
  static int @Nullable [] canonical(int c) {
    return CANONICAL[c >> PAGE_BITS][c & (PAGE - 1)];
  }

  /** The full compatibility decomposition without Hangul, or null where there is none. */
  static int @Nullable [] compatibility(int c) {
    int[] own = COMPATIBILITY[c >> PAGE_BITS][c & (PAGE - 1)];
    return own != null ? own : canonical(c);
  }

  /** The primary composite of two code points without Hangul, or -1. */
  static int compose(int first, int second) {
    return COMPOSITION.getOrDefault(pair(first, second), -1);
  }

  private static boolean is(int c, int flag) {
    return (FLAGS[c >> PAGE_BITS][c & (PAGE - 1)] & flag) != 0;
  }

  private static long pair(int first, int second) {
    return ((long) first << 32) | second;
  }

  private static byte[][] pages() {
    byte[][] pages = new byte[(Character.MAX_CODE_POINT + 1) / PAGE][];
    Arrays.fill(pages, EMPTY_BYTES);
    return pages;
  }

  private static int[] @Nullable [][] mapPages() {
    int[] @Nullable [][] pages = new int[(Character.MAX_CODE_POINT + 1) / PAGE][] @Nullable [];
    Arrays.fill(pages, EMPTY_MAP);
    return pages;
  }

  private static void read() {
    try (InputStream in = CodePoints.class.getResourceAsStream("unicode.txt")) {
      if (in == null) {
        throw new IllegalStateException("unicode.txt is missing beside CodePoints.class");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          int space = line.indexOf(' ');
          table(line.substring(0, space), line.substring(space + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void table(String name, String entries) {
    switch (name) {
      case "removed" -> flag(REMOVED, entries);
      case "nonspacing" -> flag(NONSPACING, entries);
      case "mark" -> flag(MARK, entries);
      case "punctuation" -> flag(PUNCTUATION, entries);
      case "word" -> flag(WORD, entries);
      case "numeric" -> flag(NUMERIC, entries);
      case "alphabetic" -> NAMED.put(name, entries);
      case "lowercase" -> map(LOWERCASE, entries);
      case "canonical" -> map(CANONICAL, entries);
      case "compatibility" -> map(COMPATIBILITY, entries);
      case "composition" -> compositions(entries);
      default -> numbered(name, entries);
    }
  }

  private static void numbered(String name, String entries) {
    if (name.startsWith("category-")) {
      String category = name.substring("category-".length());
      mark(CATEGORY, (byte) CATEGORIES.indexOf(category), entries);
    } else if (name.startsWith("script-")) {
      NAMED.put(name.substring("script-".length()).toLowerCase(Locale.ROOT), entries);
    } else if (name.startsWith("scripts")) {
      mark(SCRIPT, (byte) Integer.parseInt(name.substring("scripts".length())), entries);
    } else if (name.startsWith("order")) {
      mark(ORDER, (byte) Integer.parseInt(name.substring("order".length())), entries);
    } else {
      throw new IllegalStateException("unicode.txt: unknown table " + name);
    }
  }

  private static void flag(int flag, String ranges) {
    mark(FLAGS, (byte) flag, ranges);
  }

  @SuppressWarnings("ReferenceEquality") // pages start as one shared empty page
  private static void mark(byte[][] pages, byte bits, String ranges) {
    for (String range : ranges.split(" ", -1)) {
      int dash = range.indexOf('-');
      int from = hex(dash < 0 ? range : range.substring(0, dash));
      int to = dash < 0 ? from : hex(range.substring(dash + 1));
      for (int c = from; c <= to; c++) {
        int page = c >> PAGE_BITS;
        if (pages[page] == EMPTY_BYTES) {
          pages[page] = new byte[PAGE];
        }
        pages[page][c & (PAGE - 1)] |= bits;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // pages start as one shared empty page
  private static void map(int[] @Nullable [][] pages, String entries) {
    for (String entry : entries.split(" ", -1)) {
      int colon = entry.indexOf(':');
      int from = hex(entry.substring(0, colon));
      String[] to = entry.substring(colon + 1).split(",", -1);
      int[] mapped = new int[to.length];
      for (int i = 0; i < to.length; i++) {
        mapped[i] = hex(to[i]);
      }
      int page = from >> PAGE_BITS;
      if (pages[page] == EMPTY_MAP) {
        pages[page] = new int[PAGE] @Nullable [];
      }
      pages[page][from & (PAGE - 1)] = mapped;
    }
  }

  private static void compositions(String entries) {
    for (String entry : entries.split(" ", -1)) {
      int comma = entry.indexOf(',');
      int colon = entry.indexOf(':');
      long key = pair(hex(entry.substring(0, comma)), hex(entry.substring(comma + 1, colon)));
      COMPOSITION.put(key, hex(entry.substring(colon + 1)));
    }
  }

  private static int hex(String digits) {
    return Integer.parseInt(digits, 16);
  }
}
