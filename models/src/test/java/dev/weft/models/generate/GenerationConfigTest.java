package dev.weft.models.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.hub.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {
  @TempDir Path dir;

  private GenerationConfig read(String file, String json) throws IOException {
    Files.writeString(dir.resolve(file), json);
    return GenerationConfig.read(new ModelDirectory("m", dir));
  }

  @Test
  void oneTokenOrSeveralEndTheText() throws IOException {
    assertThat(read("generation_config.json", "{\"eos_token_id\": 7}").eosTokenIds())
        .containsExactly(7);
    assertThat(read("generation_config.json", "{\"eos_token_id\": [7, 9]}").eosTokenIds())
        .containsExactly(7, 9);
    assertThat(read("generation_config.json", "{\"eos_token_id\": null}").eosTokenIds()).isEmpty();
  }

  @Test
  void theModelsConfigStandsInForAMissingFile() throws IOException {
    GenerationConfig config =
        read(
            "config.json", "{\"model_type\": \"llama\", \"bos_token_id\": 1, \"eos_token_id\": 2}");
    assertThat(config.bosTokenId()).hasValue(1);
    assertThat(config.eosTokenIds()).containsExactly(2);
    assertThat(config.rules())
        .usingRecursiveComparison()
        .ignoringFields("eosTokenIds")
        .isEqualTo(LogitRules.NONE);
  }

  @Test
  void whatIsNotAppliedIsSaid() throws IOException {
    GenerationConfig config =
        read(
            "generation_config.json",
            "{\"do_sample\": true, \"temperature\": 0.6, \"top_p\": 0.9, \"num_beams\": 4,"
                + " \"bad_words_ids\": [[5]], \"transformers_version\": \"4.40.0\"}");
    assertThat(config.notApplied())
        .containsExactly("do_sample true", "num_beams 4", "bad_words_ids");
  }

  @Test
  void lengthsAreOfThePromptOrOfAll() throws IOException {
    GenerationConfig added = read("generation_config.json", "{\"max_new_tokens\": 9}");
    assertThat(added.newTokens(OptionalInt.empty(), 5, 256, 100)).isEqualTo(9);
    assertThat(added.newTokens(OptionalInt.of(3), 5, 256, 100)).isEqualTo(3);
    assertThat(added.newTokens(OptionalInt.empty(), 95, 256, 100)).isEqualTo(5);
    GenerationConfig whole = read("generation_config.json", "{\"max_length\": 20}");
    assertThat(whole.newTokens(OptionalInt.empty(), 5, 256, 100)).isEqualTo(15);
    assertThat(whole.newTokens(OptionalInt.empty(), 30, 256, 100)).isZero();
    GenerationConfig silent = read("generation_config.json", "{}");
    assertThat(silent.newTokens(OptionalInt.empty(), 5, 256, 1000)).isEqualTo(256);
  }

  @Test
  void brokenValuesAreErrorsThatNameFileAndKey() {
    assertThatThrownBy(() -> read("generation_config.json", "{\"eos_token_id\": \"</s>\"}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("generation_config.json")
        .hasMessageContaining("eos_token_id");
    assertThatThrownBy(() -> read("generation_config.json", "{\"repetition_penalty\": -1}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("repetition_penalty -1.0 is not positive");
  }
}
