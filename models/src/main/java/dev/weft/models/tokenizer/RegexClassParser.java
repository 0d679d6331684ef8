package dev.weft.models.tokenizer;

import org.jspecify.annotations.Nullable;

/** Parses escapes and bracketed classes, with nested ones, intersections and POSIX names. */
final class RegexClassParser {
  private static final int MAX_DEPTH = 50;
  private final RegexScanner in;
  private int depth;

  RegexClassParser(RegexScanner in) {
    this.in = in;
  }

  /** A class whose opening bracket was read. */
  CharSet inBrackets(boolean ignoreCase) {
    if (++depth > MAX_DEPTH) {
      throw in.error("classes nest deeper than " + MAX_DEPTH);
    }
    boolean negated = in.take('^');
    CharSet met = CharSet.ANY;
    CharSet set = CharSet.EMPTY;
    boolean first = true;
    while (true) {
      if (in.peekOr(-1) == ']' && !first) {
        in.next();
        break;
      }
      first = false;
      if (in.take("&&")) {
        met = met.and(set);
        set = CharSet.EMPTY;
      } else {
        set = set.or(member());
      }
    }
    set = met.and(set);
    if (ignoreCase) {
      set = CaseFolding.closed(set, in);
    }
    depth--;
    return negated ? set.not() : set;
  }

  private CharSet member() {
    if (in.take("[:")) {
      boolean negated = in.take('^');
      String name = in.until(":]");
      CharSet set = RegexClasses.posix(name);
      if (set == null) {
        throw in.error("class [:" + name + ":]");
      }
      return negated ? set.not() : set;
    }
    if (in.take('[')) {
      return inBrackets(false);
    }
    int from = in.next();
    if (from == '\\') {
      CharSet named = namedClass(false);
      if (named != null) {
        return named;
      }
      from = character();
    }
    if (in.peekOr(-1) != '-') {
      return CharSet.of(from);
    }
    in.next();
    if (in.peekOr(-1) == ']') {
      return CharSet.of(from).or(CharSet.of('-'));
    }
    int to = in.next();
    if (to == '[') {
      throw in.error("a range that ends in a class");
    }
    if (to == '\\') {
      if (namedClass(false) != null) {
        throw in.error("a range that ends in a class");
      }
      to = character();
    }
    if (to < from) {
      throw in.error("a range that ends before it starts");
    }
    return CharSet.range(from, to);
  }

  /** What a backslash outside brackets starts. */
  CharSet escaped(boolean ignoreCase) {
    CharSet named = namedClass(true);
    if (named != null) {
      return ignoreCase ? CaseFolding.closed(named, in) : named;
    }
    CharSet set = CharSet.of(character());
    return ignoreCase ? CaseFolding.closed(set, in) : set;
  }

  /** A class by its letter; {@code alone} is outside brackets. */
  private @Nullable CharSet namedClass(boolean alone) {
    CharSet word = alone ? RegexClasses.wordAlone() : RegexClasses.word();
    CharSet set =
        switch (in.peekOr(-1)) {
          case 's' -> RegexClasses.SPACE;
          case 'S' -> RegexClasses.SPACE.not();
          case 'd' -> RegexClasses.DIGIT;
          case 'D' -> RegexClasses.DIGIT.not();
          case 'w' -> word;
          case 'W' -> word.not();
          case 'h' -> RegexClasses.HEX;
          case 'H' -> RegexClasses.HEX.not();
          default -> null;
        };
    if (set != null) {
      in.next();
      return set;
    }
    return in.take("p{") ? property(alone, false) : in.take("P{") ? property(alone, true) : null;
  }

  private CharSet property(boolean alone, boolean negated) {
    boolean caret = in.take('^');
    String name = in.until("}");
    boolean word = alone && name.equalsIgnoreCase("word");
    CharSet set = word ? RegexClasses.wordAlone() : RegexClasses.property(name);
    if (set == null) {
      throw in.error("property \\p{" + name + "}");
    }
    return negated == caret ? set : set.not();
  }

  private int character() {
    int c = in.next();
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 0x07;
      case 'e' -> 0x1B;
      case 'x' -> {
        if (in.take('{')) {
          yield in.hex(-1);
        }
        int value = in.hex(2);
        if (value >= 0x80) {
          throw in.error("\\x" + Integer.toHexString(value) + ", a byte of a character");
        }
        yield value;
      }
      case 'u' -> in.hex(4);
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw in.error("escape \\" + (char) c);
        }
        yield c;
      }
    };
  }
}
