package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.SharedModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 300,000 texts on the tokenizers of ../shared/models, where they are there. */
@Tag("real")
@Tag("long")
class LongDifferentialTest {
  private static final int BLOCK = 1000;
  private static final int WRITTEN_TEXTS = 39;
  private static final EncodeOptions WHOLE = EncodeOptions.DEFAULT.withoutTruncation();

  @ParameterizedTest
  @CsvSource({
    "0, bert-base-uncased-tokenizer",
    "1, t5-tokenizer",
    "2, gpt2-tokenizer",
    "3, llama-tokenizer",
    "4, stories260K",
  })
  void idsOffsetsAndDecodedTextEqualTheRustLibrary(int seed, String name) throws IOException {
    Tokenizer tokenizer = Tokenizer.load(SharedModels.folder(name));
    Path golden = Goldens.path("").resolveSibling("tokenizer-long").resolve(name + ".txt");
    List<String> expected = Files.readAllLines(golden);
    assertThat(expected).hasSize(60);
    MadeTexts made = new MadeTexts(seed, Goldens.texts("texts.jsonl.gz").subList(0, WRITTEN_TEXTS));
    for (int block = 0; block < expected.size(); block++) {
      CRC32 crc = new CRC32();
      for (int i = 0; i < BLOCK; i++) {
        String text = made.text();
        Encoding encoding = tokenizer.encode(text, WHOLE);
        crc.update(line(tokenizer, encoding).getBytes(StandardCharsets.UTF_8));
      }
      assertThat("%08x".formatted(crc.getValue()))
          .as("texts %d to %d", block * BLOCK, (block + 1) * BLOCK - 1)
          .isEqualTo(expected.get(block));
    }
  }

  private static String line(Tokenizer tokenizer, Encoding encoding) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < encoding.length(); i++) {
      line.append(encoding.id(i)).append(':').append(encoding.codePointStart(i)).append(':');
      line.append(encoding.codePointEnd(i)).append(' ');
    }
    return line.append(tokenizer.decode(encoding.ids(), SpecialTokens.WITH))
        .append('\n')
        .toString();
  }
}
