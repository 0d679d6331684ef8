package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizerGoldenTest {
  private static final EncodeOptions WHOLE = EncodeOptions.DEFAULT.withoutTruncation();

  @ParameterizedTest
  @ValueSource(strings = {"uncased", "cased", "raw", "nfkc", "nfkd", "nfc", "nfd", "added"})
  void idsAndOffsetsEqualTheRustLibrary(String variant) {
    Tokenizer tokenizer = Goldens.tokenizer(variant);
    List<String> texts = Goldens.texts("texts.jsonl.gz");
    List<String> expected = Goldens.lines(variant + "/ids.txt.gz");
    assertThat(expected).hasSizeGreaterThanOrEqualTo(600);
    for (int i = 0; i < expected.size(); i++) {
      String text = texts.get(i);
      assertThat(Goldens.line(tokenizer.encode(text, WHOLE))).as(text).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncased", "cased", "raw", "nfkc", "nfkd", "nfc", "nfd", "added"})
  void everyFieldEqualsTheRustLibrary(String variant) {
    Tokenizer tokenizer = Goldens.tokenizer(variant);
    EncodeOptions options =
        tokenizer.padding().isPresent() ? EncodeOptions.DEFAULT.padded() : EncodeOptions.DEFAULT;
    for (JsonNode golden : Goldens.objects(variant + "/prose.jsonl.gz")) {
      String text = golden.get("text").stringValue();
      Encoding encoding = tokenizer.encode(text, options);
      assertThat(encoding.ids()).as(text).containsExactly(array(golden, "ids"));
      assertThat(encoding.tokens()).as(text).isEqualTo(strings(golden.get("tokens")));
      assertThat(encoding.typeIds()).as(text).containsExactly(array(golden, "type_ids"));
      assertThat(encoding.attentionMask())
          .as(text)
          .containsExactly(array(golden, "attention_mask"));
      assertThat(encoding.specialTokensMask())
          .as(text)
          .containsExactly(array(golden, "special_tokens_mask"));
      for (int i = 0; i < encoding.length(); i++) {
        assertThat(List.of(encoding.codePointStart(i), encoding.codePointEnd(i)))
            .as("token %d of %s", i, text)
            .isEqualTo(Goldens.ints(golden.get("offsets").get(i)));
      }
      assertThat(tokenizer.decode(encoding.ids(), SpecialTokens.WITH))
          .isEqualTo(golden.get("decoded").stringValue());
      assertThat(tokenizer.decode(encoding.ids(), SpecialTokens.WITHOUT))
          .isEqualTo(golden.get("decoded_without_special").stringValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncased", "raw", "nfkc", "nfd", "added"})
  void theFastPathGivesTheSameIds(String variant) {
    Tokenizer tokenizer = Goldens.tokenizer(variant);
    for (String text : Goldens.texts("texts.jsonl.gz")) {
      assertThat(tokenizer.ids(text))
          .as(text)
          .containsExactly(tokenizer.encode(text, WHOLE.withoutSpecialTokens()).ids());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "windows", "repeated", "cased", "accents", "no-accents", "mask-object"})
  void vocabTxtIsReadAsTransformersReadsIt(String configuration) {
    String folder = "vocab-txt/" + configuration;
    Tokenizer tokenizer = Goldens.tokenizer(folder);
    for (JsonNode golden : Goldens.objects(folder + "/expected.jsonl")) {
      String text = golden.get("text").stringValue();
      assertThat(tokenizer.encode(text).ids()).as(text).containsExactly(array(golden, "ids"));
    }
  }

  private static int[] array(JsonNode golden, String key) {
    return Goldens.ints(golden.get(key)).stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add(item.stringValue()));
    return strings;
  }
}
