package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RegexTest {
  private static final Regex GPT2 =
      Regex.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  private static List<String> matches(String regex, String text) {
    return matches(Regex.compile(regex), text);
  }

  private static List<String> matches(Regex regex, String text) {
    int[] codePoints = text.codePoints().toArray();
    Cuts cuts = regex.find(codePoints, 0, codePoints.length);
    List<String> matches = new ArrayList<>();
    for (int i = 0; i < cuts.count(); i++) {
      if (cuts.isMatch(i)) {
        matches.add(new String(codePoints, cuts.start(i), cuts.end(i) - cuts.start(i)));
      }
    }
    return matches;
  }

  @Example
  void theFirstAlternativeThatMatchesWins() {
    assertThat(matches("a|ab|abc", "abc")).containsExactly("a");
    assertThat(matches("(?:a|ab)(?:c|bcd)", "abcd")).containsExactly("abcd");
  }

  @Example
  void repetitionIsGreedyLazyOrPossessive() {
    assertThat(matches("a.*b", "axbxb")).containsExactly("axbxb");
    assertThat(matches("a.*?b", "axbxb")).containsExactly("axb");
    assertThat(matches("a.*+b", "axbxb")).isEmpty();
    assertThat(matches("(?:ab){2,}", "ababab ab")).containsExactly("ababab");
    assertThat(matches("(?:ab){1,2}?", "abab")).containsExactly("ab", "ab");
  }

  @Example
  void anIntervalIsNeverPossessiveAsInRuby() {
    assertThat(matches("a{1,2}+a", "aaaa")).containsExactly("aaaa");
    assertThat(matches("xa{2}?", "xaax")).containsExactly("xaa", "x");
  }

  @Example
  void anEmptyMatchBehindAMatchIsPassedOver() {
    assertThat(matches("a*", "baac")).containsExactly("", "aa", "");
  }

  @Example
  void looksAheadAndBehind() {
    assertThat(matches("\\s+(?!\\S)", "a   b")).containsExactly("  ");
    assertThat(matches("(?<=a|bc)x", "ax bx bcx")).containsExactly("x", "x");
    assertThat(matches("(?<!\\s)-", " - a-")).containsExactly("-");
  }

  @Example
  void bracketsNestAndMeet() {
    assertThat(matches("[a-f&&[^bd]]", "abcdef")).containsExactly("a", "c", "e", "f");
    assertThat(matches("[^(\\s|[.,])]+", "a(b c.d,e|f"))
        .containsExactly("a", "b", "c", "d", "e", "f");
    assertThat(matches("[[:digit:]x]+", "12x3")).containsExactly("12x3");
  }

  @Example
  void sAndKIgnoreCaseBeyondAscii() {
    assertThat(matches("(?i:'s)", "'s'S'\u017f")).containsExactly("'s", "'S", "'\u017f");
    assertThat(matches("(?i)k", "kK\u212a")).hasSize(3);
    assertThat(matches("(?i)\\p{L}+", "aBé\u01f0 x")).hasSize(2);
  }

  @Example
  void wordsHoldSixNumbersOfLatinOneOnlyOutsideBrackets() {
    assertThat(matches("\\w", "a\u00b2\u2460")).containsExactly("a", "\u00b2");
    assertThat(matches("[\\w]", "a\u00b2\u2460")).containsExactly("a");
  }

  @Example
  void whatIsNotSupportedIsNamed() {
    refused("(a)\\1", "escape \\1");
    refused("\\G", "escape \\G");
    refused("a\\Kb", "escape \\K");
    refused("\\X", "escape \\X");
    refused("\\k<n>", "escape \\k");
    refused("(?x) a", "group (?x");
    refused("(?~a)", "group (?~");
    refused("(?(1)a|b)", "group (?(");
    refused("\\p{Klingon}", "property \\p{Klingon}");
    refused("[[:lower:]]", "class [:lower:]");
    refused("(?<=a+)b", "a look behind of no one length");
    refused("(?i)é", "ignoring the case of U+00E9");
    refused("(?i)ß", "ignoring the case of U+00DF");
    refused("(?i)ss", "ignoring case of \"ss\"");
  }

  @Example
  void whatIsBrokenIsSaid() {
    refused("(a", "unclosed (");
    refused("a)", "unmatched )");
    refused("[a", "ends too soon");
    refused("*a", "nothing to repeat before *");
    refused("a{3,1}", "repetition {3,1}");
    refused("[b-a]", "a range that ends before it starts");
    refused("\\x{110000}", "a hexadecimal number");
  }

  private static void refused(String regex, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Regex.compile(regex))
        .withMessageStartingWith("\"" + regex + "\" is not supported or broken at ")
        .withMessageEndingWith(": " + why);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "'",
            "s",
            "t",
            "ll",
            "re",
            "d",
            " ",
            "  ",
            "\n",
            "\t",
            "a",
            "é",
            "中",
            "1",
            "²",
            "-",
            ".",
            "\u3000",
            "\u00a0",
            "\ud83d\ude00",
            "\u0301",
            "VE")
        .list()
        .ofMaxSize(25)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 500, seed = "2026")
  void theHandWrittenSplitterOfByteLevelEqualsItsExpression(@ForAll("texts") String text) {
    int[] codePoints = text.codePoints().toArray();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < codePoints.length; ) {
      int end = ByteLevel.endOfWord(codePoints, i, codePoints.length);
      words.add(new String(codePoints, i, end - i));
      i = end;
    }
    assertThat(words).isEqualTo(text.isEmpty() ? List.of() : matches(GPT2, text));
  }
}
