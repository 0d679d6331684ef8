package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.SharedModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vocabulary of bert-base-uncased, from ../shared/models where it is there. */
@Tag("real")
class RealTokenizerTest {
  private static Path folder() {
    return SharedModels.folder("bert-base-uncased-tokenizer");
  }

  @Test
  void idsAndOffsetsEqualTheRustLibrary() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(folder());
    List<String> texts = Goldens.texts("bert-base-uncased/texts.jsonl.gz");
    List<String> expected = Goldens.lines("bert-base-uncased/ids.txt.gz");
    assertThat(texts).hasSameSizeAs(expected).hasSize(3000);
    EncodeOptions whole = EncodeOptions.DEFAULT.withoutTruncation();
    for (int i = 0; i < texts.size(); i++) {
      assertThat(Goldens.line(tokenizer.encode(texts.get(i), whole)))
          .as(texts.get(i))
          .isEqualTo(expected.get(i));
    }
  }

  @Test
  void vocabTxtAndTokenizerJsonAgree() throws IOException {
    Tokenizer json = Tokenizer.load(folder().resolve("tokenizer.json"));
    Tokenizer txt = Tokenizer.load(folder().resolve("vocab.txt"));
    assertThat(txt.vocabSize()).isEqualTo(json.vocabSize()).isEqualTo(30522);
    for (String text : Goldens.texts("bert-base-uncased/texts.jsonl.gz")) {
      assertThat(txt.ids(text)).as(text).containsExactly(json.ids(text));
    }
  }

  @Test
  void theFilesOwnSettingsAreShown() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(folder());
    assertThat(tokenizer.truncation().orElseThrow().maxLength()).isEqualTo(128);
    assertThat(tokenizer.padding().orElseThrow().fixed()).hasValue(128);
    assertThat(tokenizer.clsId()).hasValue(101);
    assertThat(tokenizer.encode("word ".repeat(500)).length()).isEqualTo(128);
    assertThat(tokenizer.encode("word").length()).isEqualTo(3);
  }
}
