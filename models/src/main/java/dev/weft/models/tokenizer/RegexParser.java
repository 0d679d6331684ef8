package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.RegexNode.All;
import dev.weft.models.tokenizer.RegexNode.Anchor;
import dev.weft.models.tokenizer.RegexNode.Atomic;
import dev.weft.models.tokenizer.RegexNode.Either;
import dev.weft.models.tokenizer.RegexNode.Greed;
import dev.weft.models.tokenizer.RegexNode.Look;
import dev.weft.models.tokenizer.RegexNode.One;
import dev.weft.models.tokenizer.RegexNode.Repeat;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses Oniguruma's Ruby syntax, which a tokenizer.json is written in. What is not listed in the
 * class comment of {@link Regex} is refused by name.
 */
final class RegexParser {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_REPEAT = 100_000; // Oniguruma's own

  private final RegexScanner in;
  private final RegexClassParser classes;
  private boolean ignoreCase;
  private boolean dotAll;
  private int depth;

  private RegexParser(String source) {
    in = new RegexScanner(source);
    classes = new RegexClassParser(in);
  }

  /** Throws IllegalArgumentException, in one line that names the place. */
  static RegexNode parse(String source) {
    RegexParser parser = new RegexParser(source);
    RegexNode node = parser.alternatives();
    if (!parser.in.atEnd()) {
      throw parser.in.error("unmatched )");
    }
    return node;
  }

  private RegexNode alternatives() {
    if (++depth > MAX_DEPTH) {
      throw in.error("nests deeper than " + MAX_DEPTH);
    }
    boolean outerCase = ignoreCase;
    boolean outerDot = dotAll;
    List<RegexNode> all = new ArrayList<>();
    all.add(sequence());
    while (in.take('|')) {
      all.add(sequence());
    }
    ignoreCase = outerCase;
    dotAll = outerDot;
    depth--;
    return all.size() == 1 ? all.getFirst() : new Either(all);
  }

  private RegexNode sequence() {
    List<RegexNode> nodes = new ArrayList<>();
    int previous = -1;
    while (!in.atEnd() && in.peek() != '|' && in.peek() != ')') {
      int c = in.peek();
      if (ignoreCase && CaseFolding.joins(previous, c)) {
        throw in.error("ignoring case of \"" + Character.toString(previous) + (char) c + "\"");
      }
      previous = c;
      RegexNode atom = atom();
      nodes.add(quantified(atom));
    }
    return nodes.size() == 1 ? nodes.getFirst() : new All(nodes);
  }

  private RegexNode quantified(RegexNode atom) {
    RegexNode node = atom;
    while (!in.atEnd()) {
      int min;
      int max;
      boolean interval = false;
      switch (in.peek()) {
        case '?' -> {
          min = 0;
          max = 1;
          in.next();
        }
        case '*' -> {
          min = 0;
          max = Integer.MAX_VALUE;
          in.next();
        }
        case '+' -> {
          min = 1;
          max = Integer.MAX_VALUE;
          in.next();
        }
        case '{' -> {
          int[] bounds = in.interval();
          if (bounds.length == 0) {
            return node; // no interval: a literal brace follows
          }
          min = bounds[0];
          max = bounds[1];
          interval = true;
        }
        default -> {
          return node;
        }
      }
      if (min > MAX_REPEAT || (max > MAX_REPEAT && max != Integer.MAX_VALUE) || min > max) {
        throw in.error("repetition {%d,%d}".formatted(min, max));
      }
      node = new Repeat(node, min, max, greed(interval, min == max));
    }
    return node;
  }

  /** Ruby has no possessive interval: {@code {2,3}+} repeats it; {@code {2}?} may leave it out. */
  private Greed greed(boolean interval, boolean exact) {
    if (!(interval && exact) && in.take('?')) {
      return Greed.LAZY;
    }
    return !interval && in.take('+') ? Greed.POSSESSIVE : Greed.GREEDY;
  }

  private RegexNode atom() {
    int c = in.next();
    return switch (c) {
      case '(' -> group();
      case '[' -> new One(classes.inBrackets(ignoreCase));
      case '.' -> new One(dotAll ? CharSet.ANY : RegexClasses.NEWLINE.not());
      case '^' -> Anchor.LINE_START;
      case '$' -> Anchor.LINE_END;
      case '\\' -> escape();
      case '*', '+', '?' -> throw in.error("nothing to repeat before " + (char) c);
      default -> literal(c);
    };
  }

  private RegexNode literal(int c) {
    CharSet set = CharSet.of(c);
    return new One(ignoreCase ? CaseFolding.closed(set, in) : set);
  }

  private RegexNode escape() {
    int c = in.peekOr(-1);
    Anchor anchor =
        switch (c) {
          case 'A' -> Anchor.TEXT_START;
          case 'z' -> Anchor.TEXT_END;
          case 'Z' -> Anchor.TEXT_END_OR_LAST_NEWLINE;
          case 'b' -> Anchor.WORD_BOUNDARY;
          case 'B' -> Anchor.NO_WORD_BOUNDARY;
          default -> null;
        };
    if (anchor != null) {
      in.next();
      return anchor;
    }
    if (c == 'O' || c == 'N') {
      in.next();
      return new One(c == 'O' ? CharSet.ANY : RegexClasses.NEWLINE.not());
    }
    return new One(classes.escaped(ignoreCase));
  }

  private RegexNode group() {
    if (!in.take('?')) {
      return closed(alternatives());
    }
    int c = in.next();
    return switch (c) {
      case ':' -> closed(alternatives());
      case '>' -> new Atomic(closed(alternatives()));
      case '=' -> new Look(closed(alternatives()), true, false);
      case '!' -> new Look(closed(alternatives()), true, true);
      case '#' -> {
        in.skipComment();
        yield new All(List.of());
      }
      case '<' -> {
        if (in.take('=')) {
          yield new Look(closed(alternatives()), false, false);
        }
        if (in.take('!')) {
          yield new Look(closed(alternatives()), false, true);
        }
        in.skipName();
        yield closed(alternatives());
      }
      default -> options(c);
    };
  }

  /** (?i) and (?m), also switched off, for the rest of the group or for a group of their own. */
  private RegexNode options(int first) {
    boolean on = true;
    boolean newCase = ignoreCase;
    boolean newDot = dotAll;
    int c = first;
    while (c != ')' && c != ':') {
      switch (c) {
        case '-' -> on = false;
        case 'i' -> newCase = on;
        case 'm' -> newDot = on;
        default -> throw in.error("group (?" + Character.toString(c));
      }
      c = in.next();
    }
    boolean outerCase = ignoreCase;
    boolean outerDot = dotAll;
    ignoreCase = newCase;
    dotAll = newDot;
    if (c == ':') {
      RegexNode node = closed(alternatives());
      ignoreCase = outerCase;
      dotAll = outerDot;
      return node;
    }
    // What follows in this group is a group of its own: a|(?i)b|c is a|(?i:b|c).
    RegexNode rest = alternatives();
    ignoreCase = outerCase;
    dotAll = outerDot;
    return rest;
  }

  private RegexNode closed(RegexNode node) {
    if (!in.take(')')) {
      throw in.error("unclosed (");
    }
    return node;
  }
}
