package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broken and hostile models: a clear error, or a tokenizer that works. */
class HostileModelsTest {
  private static Path scratch = Path.of("");
  private static byte[] bpe = {};
  private static byte[] unigram = {};

  @TempDir Path directory;

  @BeforeContainer
  static void readModels() throws IOException {
    scratch = Files.createTempDirectory("hostile-models");
    Path files = ModelGoldens.unpack("older/llama", scratch);
    bpe = Files.readAllBytes(files.resolve("tokenizer.model"));
    Files.delete(files.resolve("tokenizer_config.json"));
    files = ModelGoldens.unpack("older/t5", scratch);
    unigram = Files.readAllBytes(files.resolve("spiece.model"));
    Files.delete(files.resolve("tokenizer_config.json"));
  }

  @AfterContainer
  static void deleteScratch() throws IOException {
    for (String name : new String[] {"tokenizer.model", "spiece.model"}) {
      Files.deleteIfExists(scratch.resolve(name));
    }
    Files.delete(scratch);
  }

  @Property(tries = 400, seed = "2026")
  void changedBytesAreAnErrorOrATokenizer(
      @ForAll boolean ofBpe,
      @ForAll @Size(min = 1, max = 8) int[] places,
      @ForAll byte[] values,
      @ForAll @IntRange(max = 20) int end)
      throws IOException {
    byte[] model = (ofBpe ? bpe : unigram).clone();
    for (int i = 0; i < places.length; i++) {
      byte value = values.length == 0 ? (byte) 0xFF : values[i % values.length];
      model[Math.floorMod(places[i], model.length)] = value;
    }
    if (end < 5) {
      model = Arrays.copyOf(model, model.length * end / 5);
    }
    Path file = scratch.resolve(ofBpe ? "tokenizer.model" : "spiece.model");
    Files.write(file, model);
    try {
      Tokenizer tokenizer = Tokenizer.load(file);
      for (String text :
          new String[] {"the quick brown fox", "\u4e2d\ufb01\r\n e\u0301 \ud83d\ude00"}) {
        try {
          tokenizer.ids(text);
        } catch (IllegalArgumentException e) {
          assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        }
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).startsWith(file.toString());
    }
  }

  @Test
  void aFileThatIsNoModelIsReported() throws IOException {
    Path file = directory.resolve("tokenizer.model");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> Tokenizer.load(file))
        .hasMessage(file + ": holds no pieces; is it a SentencePiece model?");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": byte ");
  }

  @Test
  void aCharsMapThatPointsOutsideItselfIsReported() {
    // One unit, whose children would be far outside.
    byte[] map = {4, 0, 0, 0, 0, 0, 0, 0x7F};
    CharsMap broken = CharsMap.of(map);
    assertThatThrownBy(() -> broken.find(new int[] {'a'}, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the precompiled_charsmap is broken: its trie points to unit");
    assertThatThrownBy(() -> CharsMap.of(new byte[] {9, 0, 0, 0, 1}))
        .hasMessage("its trie says 9 bytes, 1 are there");
    assertThatThrownBy(() -> CharsMap.of(new byte[] {4, 0, 0, 0, 1, 0, 0, 0, (byte) 0xFF}))
        .hasMessage("its replacements are not UTF-8");
  }

  @Test
  void aMillionEqualLettersTakeNoLongerThanTheyMust() throws IOException {
    String text = "a".repeat(1_000_000);
    ModelGoldens.unpack("older/llama", directory);
    Tokenizer merging = Tokenizer.load(directory.resolve("tokenizer.model"));
    assertThat(merging.ids(text)).hasSizeGreaterThan(1000);
    ModelGoldens.unpack("older/t5", directory);
    Tokenizer scoring = Tokenizer.load(directory.resolve("spiece.model"));
    assertThat(scoring.ids(text)).hasSizeGreaterThan(1000);
  }
}
