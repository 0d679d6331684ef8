package dev.weft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraConfigTest {
  @TempDir Path dir;

  private static String peft() throws IOException {
    return Files.readString(TinyLlmRec.GOLDENS.resolve("query_value").resolve(LoraConfig.FILE));
  }

  private LoraConfig read(String json) throws IOException {
    Files.writeString(dir.resolve(LoraConfig.FILE), json);
    return LoraConfig.read(dir);
  }

  @Test
  void readsWhatPeftWrites() throws Exception {
    assertThat(read(peft()))
        .isEqualTo(
            new LoraConfig(4, 8, 0, TargetModules.named("query", "value")).withBaseModel("base"));
    assertThat(read(peft().replace("\"use_rslora\": false", "\"use_rslora\": true")).scale())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_dora\": false | \"use_dora\": true | use_dora true, expected false",
        "\"bias\": \"none\" | \"bias\": \"all\" | bias \"all\", expected \"none\"",
        "\"rank_pattern\": {} | \"rank_pattern\": {\"query\": 2} | rank_pattern {\"query\":2}",
        "\"modules_to_save\": null | \"modules_to_save\": [\"cls\"] | modules_to_save [\"cls\"]",
        "\"init_lora_weights\": true | \"init_lora_weights\": \"pissa\" | init_lora_weights",
        "\"peft_type\": \"LORA\" | \"peft_type\": \"LOHA\" | peft_type \"LOHA\", expected \"LORA\"",
        "\"velora_config\": null | \"next_idea\": 1 | next_idea is not known",
        "\"r\": 4 | \"r\": 0 | r 0: expected at least 1",
        "\"r\": 4 | \"r\": \"4\" | r \"4\": expected an integer",
        "\"r\": 4 | \"revision\": null | ",
        "\"lora_dropout\": 0.0 | \"lora_dropout\": 1.0 | lora_dropout 1.0: expected [0, 1)",
        "\"lora_alpha\": 8 | \"lora_alpha\": -1 | lora_alpha -1.0: expected more than 0",
        "\"use_rslora\": false | \"use_rslora\": 1 | use_rslora 1: expected true or false",
      })
  void anythingElseIsRefusedByName(String from, String to, String message) throws Exception {
    assertThat(peft()).contains(from);
    String json = peft().replace(from, to);
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve(LoraConfig.FILE) + ": ")
        .hasMessageContaining(message == null ? "" : message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"r\": 4", "{\"r\": 4, \"r\": 4}", "{\"r\": 4} x"})
  void brokenJsonIsOneLine(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve(LoraConfig.FILE) + ": ")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void targetsMatchAsInPeft() {
    TargetModules names = TargetModules.named("self.query", "pooler.dense");
    assertThat(names.matches("encoder.layer.0.attention.self.query")).isTrue();
    assertThat(names.matches("pooler.dense")).isTrue();
    assertThat(names.matches("encoder.layer.0.attention.myself.query")).isFalse();
    assertThat(names.matches("encoder.layer.0.output.dense")).isFalse();
    TargetModules regex = TargetModules.matching("encoder\\.layer\\.1\\..*(query|value)");
    assertThat(regex.matches("encoder.layer.1.attention.self.value")).isTrue();
    assertThat(regex.matches("bert.encoder.layer.1.attention.self.value")).isFalse();
    assertThat(regex.matches("encoder.layer.1.attention.self.value.x")).isFalse();
    assertThatThrownBy(() -> TargetModules.matching("(query"))
        .hasMessageStartingWith("target_modules \"(query\": ");
    assertThatThrownBy(() -> TargetModules.matching("all-linear"))
        .hasMessageContaining("list the names");
    assertThatThrownBy(TargetModules::named).hasMessageStartingWith("target_modules []");
  }

  @Test
  void aRegexThatNeverEndsOrNestsWithoutEndIsStopped() {
    TargetModules endless = TargetModules.matching("(.*.*.*.*)*(.*.*)*x");
    assertThatThrownBy(() -> endless.matches("encoder.layer.0.attention.self.query"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes more than 1000000 steps to match encoder.layer.0");
    assertThatThrownBy(() -> TargetModules.matching("(".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper than 100");
  }

  @Property(tries = 50, seed = "2026")
  void whatIsWrittenIsRead(
      @ForAll @IntRange(min = 1, max = 512) int r,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double alpha,
      @ForAll @DoubleRange(min = 0, max = 0.99) double dropout,
      @ForAll boolean rslora,
      @ForAll @NotEmpty @AlphaChars String target)
      throws Exception {
    Path directory = Files.createTempDirectory("lora");
    LoraConfig config =
        new LoraConfig(
            r, alpha, dropout, TargetModules.named(target), rslora, Optional.of(target + "\""));
    config.write(directory);
    assertThat(LoraConfig.read(directory)).isEqualTo(config);
    Files.delete(directory.resolve(LoraConfig.FILE));
    Files.delete(directory);
  }
}
