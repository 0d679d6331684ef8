package dev.weft.models.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * A regular expression of a tokenizer.json, which the Rust library gives to Oniguruma in its Ruby
 * syntax. It is not given to {@link java.util.regex.Pattern}: that differs in syntax, follows the
 * JDK's Unicode version, and overflows the stack on long texts.
 *
 * <p>Supported: alternatives; groups plain, named, atomic and with options i (ASCII only) and m;
 * looking ahead, and behind by fixed lengths; greedy, lazy and possessive repetition and intervals;
 * classes with ranges, negation, nesting, {@code &&}, POSIX names; {@code \s \d \w \h}, general
 * categories, common scripts; {@code ^ $ \A \z \Z \b \B}. Back references, {@code \G \K \R \X},
 * conditions, calls and option x are refused by name.
 */
final class Regex implements Pattern {
  private final String source;
  private final RegexProgram program;

  private Regex(String source, RegexProgram program) {
    this.source = source;
    this.program = program;
  }

  /** Throws IllegalArgumentException, in one line, for what is broken or not supported. */
  static Regex compile(String source) {
    return new Regex(source, RegexProgram.compile(source));
  }

  /**
   * The leftmost matches in order. An empty match at the end of the one before is passed over.
   *
   * @throws IllegalArgumentException if the search takes too many steps
   */
  @Override
  public Cuts find(int[] text, int from, int to) {
    RegexMatcher matcher = new RegexMatcher(program, text, from, to);
    @Nullable CharSet first = program.first();
    Cuts cuts = new Cuts();
    int done = from;
    boolean any = false;
    int at = from;
    while (at <= to) {
      boolean possible = first == null || (at < to && first.contains(text[at]));
      int end = possible ? matcher.match(at) : -1;
      if (end < 0 || (end == at && any && at == done)) {
        at++;
        continue;
      }
      cuts.addMatch(done, at, end);
      any = true;
      done = end;
      at = end;
    }
    if (done != to) {
      cuts.add(done, to, false);
    }
    return cuts;
  }

  @Override
  public String toString() {
    return source;
  }
}
