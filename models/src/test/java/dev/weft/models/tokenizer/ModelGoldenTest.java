package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.tokenizer.ModelGoldens.Expected;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BPE, Unigram, the precompiled normaliser and the older files against the reference. */
class ModelGoldenTest {
  private static final EncodeOptions WHOLE = EncodeOptions.DEFAULT.withoutTruncation();

  @TempDir Path directory;

  static Stream<String> variants() throws IOException {
    return Stream.concat(ModelGoldens.variants("json"), ModelGoldens.variants("older"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void idsOffsetsTokensAndDecodedTextEqualTheReference(String variant) throws IOException {
    Tokenizer tokenizer = ModelGoldens.tokenizer(variant, directory);
    List<Expected> all = ModelGoldens.expected(variant);
    assertThat(all).hasSize(75);
    for (Expected expected : all) {
      String text = expected.text();
      Encoding encoding = tokenizer.encode(text, WHOLE);
      assertThat(ModelGoldens.line(tokenizer, encoding)).as(text).isEqualTo(expected.line());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void whatIsInTheCacheChangesNothing(String variant) throws IOException {
    Tokenizer warm = ModelGoldens.tokenizer(variant, directory);
    List<Expected> all = ModelGoldens.expected(variant);
    all.forEach(expected -> warm.ids(expected.text()));
    for (Expected expected : all.reversed()) {
      String text = expected.text();
      Encoding encoding = warm.encode(text, WHOLE);
      assertThat(ModelGoldens.line(warm, encoding)).as(text).isEqualTo(expected.line());
      assertThat(warm.ids(text))
          .as(text)
          .containsExactly(warm.encode(text, WHOLE.withoutSpecialTokens()).ids());
    }
  }
}
