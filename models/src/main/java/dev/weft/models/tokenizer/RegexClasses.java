package dev.weft.models.tokenizer;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The character classes of Oniguruma by name, with its Unicode version. */
final class RegexClasses {
  static final CharSet SPACE = CharSet.of(c -> CodePoints.isSpace(c));
  static final CharSet DIGIT = categories("Nd");
  static final CharSet NEWLINE = CharSet.of('\n');
  static final CharSet HEX =
      CharSet.range('0', '9').or(CharSet.range('a', 'f')).or(CharSet.range('A', 'F'));

  private static final Map<String, String> LONG_CATEGORIES =
      Map.of(
          "letter", "L",
          "mark", "M",
          "number", "N",
          "punctuation", "P",
          "symbol", "S",
          "separator", "Z",
          "uppercaseletter", "Lu",
          "lowercaseletter", "Ll",
          "decimalnumber", "Nd",
          "nonspacingmark", "Mn");

  private static final Map<String, CharSet> NAMED = new ConcurrentHashMap<>();

  private RegexClasses() {}

  /** {@code \w}: alphabetic, marks, digits, connectors. */
  static CharSet word() {
    return NAMED.computeIfAbsent(
        "word", _ -> alphabetic().or(categories("M")).or(categories("Nd", "Pc")));
  }

  private static CharSet alphabetic() {
    String ranges = CodePoints.named("alphabetic");
    if (ranges == null) {
      throw new IllegalStateException("unicode.txt: no table alphabetic");
    }
    return CharSet.ofRanges(ranges);
  }

  /** A class in [:name:], or null where it is not known here. */
  static @Nullable CharSet posix(String name) {
    return switch (name) {
      case "alnum" -> alphabetic().or(DIGIT);
      case "alpha" -> alphabetic();
      case "ascii" -> CharSet.range(0, 0x7F);
      case "blank" -> categories("Zs").or(CharSet.of('\t'));
      case "cntrl" -> categories("Cc", "Cf", "Cn", "Co", "Cs");
      case "digit" -> DIGIT;
      case "punct" -> categories("P", "S");
      case "space" -> SPACE;
      case "word" -> word();
      case "xdigit" -> HEX;
      default -> null;
    };
  }

  /** A property in \p{name}: a general category, a script or a POSIX class; or null. */
  static @Nullable CharSet property(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
    CharSet known = NAMED.get(plain);
    if (known != null) {
      return known;
    }
    CharSet set = unnamed(plain);
    return set == null ? null : NAMED.merge(plain, set, (a, _) -> a);
  }

  private static @Nullable CharSet unnamed(String plain) {
    if (plain.length() <= 2 && !plain.isEmpty()) {
      String category = plain.substring(0, 1).toUpperCase(Locale.ROOT) + plain.substring(1);
      boolean known = CodePoints.categories().stream().anyMatch(c -> c.startsWith(category));
      return known
          ? categories(category)
          : plain.equals("lc") ? categories("Lu", "Ll", "Lt") : null;
    }
    CharSet posix = posix(plain);
    if (posix != null) {
      return posix;
    }
    if (plain.equals("any")) {
      return CharSet.ANY;
    }
    String category = LONG_CATEGORIES.get(plain);
    if (category != null) {
      return categories(category);
    }
    String ranges = CodePoints.named(plain);
    return ranges == null ? null : CharSet.ofRanges(ranges);
  }

  private static CharSet categories(String... names) {
    List<String> all = CodePoints.categories();
    boolean[] wanted = new boolean[all.size()];
    for (int i = 0; i < wanted.length; i++) {
      for (String name : names) {
        wanted[i] |= all.get(i).startsWith(name);
      }
    }
    return CharSet.of(c -> wanted[CodePoints.category(c)]);
  }
}
