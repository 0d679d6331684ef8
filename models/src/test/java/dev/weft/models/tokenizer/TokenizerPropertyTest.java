package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TokenizerPropertyTest {
  private static final EncodeOptions WHOLE = EncodeOptions.DEFAULT.withoutTruncation();
  private static final List<Tokenizer> TOKENIZERS =
      List.of("uncased", "cased", "nfkc", "nfc", "nfd", "added").stream()
          .map(Goldens::tokenizer)
          .toList();
  private static final Tokenizer UNCASED = TOKENIZERS.getFirst();

  /** Any chars at all, half surrogate pairs among them. */
  @Provide
  Arbitrary<String> anyString() {
    Arbitrary<Character> any = Arbitraries.chars().all();
    Arbitrary<Character> surrogates = Arbitraries.chars().range('\ud800', '\udfff');
    Arbitrary<Character> marks = Arbitraries.chars().range('\u0300', '\u036f');
    Arbitrary<Character> ascii = Arbitraries.chars().range(' ', '~');
    return Arbitraries.oneOf(ascii, any, surrogates, marks)
        .list()
        .ofMaxSize(60)
        .map(chars -> {
          StringBuilder s = new StringBuilder();
          chars.forEach(s::append);
          return s.toString();
        });
  }

  @Provide
  Arbitrary<List<String>> knownWords() {
    List<String> words =
        Goldens.texts("texts.jsonl.gz").subList(0, 20).stream()
            .flatMap(t -> List.of(t.split("[^a-z]+", -1)).stream())
            .filter(w -> !w.isEmpty() && UNCASED.idOf(w).isPresent())
            .distinct()
            .toList();
    return Arbitraries.of(words).list().ofMinSize(1).ofMaxSize(20);
  }

  @Property(tries = 300, seed = "2026")
  void anyStringIsEncodedTheSameWayEachTime(@ForAll("anyString") String text) {
    for (Tokenizer tokenizer : TOKENIZERS) {
      assertThat(tokenizer.ids(text)).containsExactly(tokenizer.ids(text));
      assertThat(Goldens.line(tokenizer.encode(text, WHOLE)))
          .isEqualTo(Goldens.line(tokenizer.encode(text, WHOLE)));
    }
  }

  @Property(tries = 300, seed = "2026")
  void offsetsAreMonotoneAndInsideTheText(@ForAll("anyString") String text) {
    for (Tokenizer tokenizer : TOKENIZERS) {
      Encoding encoding = tokenizer.encode(text, WHOLE.withoutSpecialTokens());
      int start = 0;
      int end = 0;
      for (int i = 0; i < encoding.length(); i++) {
        assertThat(encoding.start(i)).isBetween(start, encoding.end(i));
        assertThat(encoding.end(i)).isBetween(end, text.length());
        start = encoding.start(i);
        end = encoding.end(i);
      }
    }
  }

  @Property(tries = 300, seed = "2026")
  void aTokenSpellsTheTextItCameFrom(@ForAll("anyString") String text) {
    Encoding encoding = UNCASED.encode(text, WHOLE.withoutSpecialTokens());
    for (int i = 0; i < encoding.length(); i++) {
      String slice = text.substring(encoding.start(i), encoding.end(i));
      String token = encoding.tokens().get(i);
      if (slice.chars().allMatch(c -> c > ' ' && c <= '~') && !token.equals("[UNK]")) {
        assertThat(token.replaceFirst("^##(?=.)", "")).isEqualToIgnoringCase(slice);
      }
    }
  }

  @Property(tries = 300, seed = "2026")
  void halfASurrogatePairCountsAsTheReplacementCharacter(@ForAll("anyString") String text) {
    String replaced =
        text.codePoints()
            .map(TokenizerPropertyTest::wellFormed)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    for (Tokenizer tokenizer : TOKENIZERS) {
      assertThat(tokenizer.ids(text)).containsExactly(tokenizer.ids(replaced));
    }
  }

  private static int wellFormed(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c;
  }

  @Property(tries = 200, seed = "2026")
  void knownWordsComeBackFromDecode(@ForAll("knownWords") List<String> words) {
    String text = String.join(" ", words);
    assertThat(UNCASED.decode(UNCASED.ids(text), SpecialTokens.WITH)).isEqualTo(text);
    assertThat(UNCASED.decode(UNCASED.encode(text).ids(), SpecialTokens.WITHOUT)).isEqualTo(text);
  }
}
