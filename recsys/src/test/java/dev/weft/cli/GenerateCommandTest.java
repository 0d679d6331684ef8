package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GenerateCommandTest {
  private static final Path GOLDEN =
      Path.of("../models/src/test/resources/goldens/models/gpt2_attentions");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  /** A GPT-2 of 37 tokens whose texts are w0, w1 ... */
  @BeforeEach
  void writeModel() throws IOException {
    for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve(name), dir.resolve(name));
    }
    String vocabulary =
        IntStream.range(0, 37)
            .mapToObj(i -> "\"w" + i + "\": " + i)
            .collect(Collectors.joining(", "));
    Files.writeString(
        dir.resolve("tokenizer.json"),
        "{\"added_tokens\": [], \"normalizer\": null, \"pre_tokenizer\": {\"type\": \"Whitespace\"},"
            + " \"post_processor\": null, \"decoder\": null, \"model\": {\"type\": \"WordLevel\","
            + " \"unk_token\": \"w0\", \"vocab\": {"
            + vocabulary
            + "}}}");
  }

  private int generate(String... arguments) {
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  private int generateHere(String... more) {
    String[] arguments = new String[more.length + 4];
    System.arraycopy(
        new String[] {"generate", dir.toString(), "--prompt", "w5 w9 w11"}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return generate(arguments);
  }

  @Test
  void theTextIsWhatTheJsonSays() {
    assertThat(generateHere("--max-new-tokens", "5", "--json")).isZero();
    JsonNode answer = JsonMapper.shared().readTree(out.toString());
    assertThat(answer.propertyNames()).containsExactly("text", "ids");
    assertThat(answer.get("ids").size()).isBetween(1, 5);
    String words =
        answer
            .get("ids")
            .valueStream()
            .map(id -> " w" + id.intValue())
            .collect(Collectors.joining());
    assertThat(answer.get("text").stringValue()).isEqualTo(words);
    out.getBuffer().setLength(0);
    assertThat(generateHere("--max-new-tokens", "5", "--temperature", "0")).isZero();
    assertThat(out.toString().stripTrailing()).isEqualTo(words);
  }

  @Test
  void anEmptyPromptBeginsWithTheTokenThatBeginsTexts() {
    assertThat(
            generate("generate", dir.toString(), "--prompt", "", "--max-new-tokens", "2", "--json"))
        .isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).get("ids").size()).isBetween(1, 2);
  }

  @Test
  void theTextEndsWhereTheModelHasNoMorePositions() {
    assertThat(generateHere("--max-new-tokens", "50", "--json")).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).get("ids").size())
        .isLessThanOrEqualTo(13);
  }

  @Test
  void whatThePublisherAsksForAndIsNotDoneIsSaid() throws IOException {
    Files.writeString(
        dir.resolve("generation_config.json"), "{\"do_sample\": true, \"eos_token_id\": 2}");
    assertThat(generateHere("--max-new-tokens", "1")).isZero();
    assertThat(err.toString())
        .contains("greedy: not applied of generation_config.json: do_sample true");
  }

  @Test
  void aChatTemplateThatIsNotAppliedIsSaid() throws IOException {
    assertThat(generateHere("--max-new-tokens", "1")).isZero();
    assertThat(err.toString()).doesNotContain("chat template");
    Files.writeString(dir.resolve("tokenizer_config.json"), "{\"chat_template\": \"{{ x }}\"}");
    assertThat(generateHere("--max-new-tokens", "1")).isZero();
    assertThat(err.toString()).contains("has a chat template, which is not applied: it reads");
    assertThat(generateHere("--chat")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option: '--chat'");
  }

  @Test
  void samplingIsWrongUsage() {
    assertThat(generateHere("--temperature", "0.7")).isEqualTo(2);
    assertThat(err.toString()).contains("--temperature 0.7: expected 0; there is no sampling yet");
    assertThat(generateHere("--max-new-tokens", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--max-new-tokens 0: expected at least 1");
  }

  @Test
  void aModelWithoutALanguageModelHeadIsAnError() throws IOException {
    Path bert = TinyModel.write(dir.resolve("bert"));
    assertThat(generate("generate", bert.toString(), "--prompt", "a")).isEqualTo(1);
    assertThat(err.toString())
        .contains("config.json: Bert(")
        .contains("has no language model head to generate with");
  }
}
