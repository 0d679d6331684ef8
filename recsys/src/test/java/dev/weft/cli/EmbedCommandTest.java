package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.SentenceEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class EmbedCommandTest {
  private final InputStream standardInput = System.in;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;
  private String model = "";

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyModel.write(dir.resolve("tiny")).toString();
  }

  @AfterEach
  void restoreInput() {
    System.setIn(standardInput);
  }

  private int embed(String input, String... arguments) {
    return embed(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  private int embed(byte[] input, String... arguments) {
    System.setIn(new ByteArrayInputStream(input));
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  @Test
  void everyLineIsAnsweredInItsPlaceWithTheSameFloats() throws IOException {
    List<String> lines =
        IntStream.range(0, 150).mapToObj(i -> "text " + "ab".repeat(i % 7)).toList();
    assertThat(embed(String.join("\n", lines), "embed", model)).isZero();
    List<String> answers = out.toString().lines().toList();
    assertThat(answers).hasSameSizeAs(lines);
    try (SentenceEncoder encoder = SentenceEncoder.open(model)) {
      for (int i = 0; i < lines.size(); i++) {
        float[] read = JsonMapper.shared().readValue(answers.get(i), float[].class);
        assertThat(read).isEqualTo(encoder.embed(lines.get(i)));
      }
    }
    assertThat(err).hasToString("");
  }

  @Test
  void anEmptyLineIsTheEmptyText() throws IOException {
    assertThat(embed("\nab\n\n", "embed", model)).isZero();
    List<String> answers = out.toString().lines().toList();
    assertThat(answers).hasSize(3);
    try (SentenceEncoder encoder = SentenceEncoder.open(model)) {
      assertThat(answers.getFirst()).isEqualTo(EmbedCommand.json(encoder.embed(""), 1));
    }
    assertThat(answers.getLast()).isEqualTo(answers.getFirst());
  }

  @Test
  void noInputIsNoOutput() {
    assertThat(embed("", "embed", model)).isZero();
    assertThat(out).hasToString("");
  }

  @Test
  void aModelThatIsNotThereIsOneLine() {
    assertThat(embed("a\n", "embed", dir.resolve("none").toString())).isOne();
    assertThat(err.toString()).startsWith("weft: ").contains("no such directory").hasLineCount(1);
  }

  @Test
  void aBrokenConfigIsOneLine() throws IOException {
    Files.writeString(Path.of(model, "config.json"), "{\"model_type\": ");
    assertThat(embed("a\n", "embed", model)).isOne();
    assertThat(err.toString())
        .startsWith("weft: " + model)
        .contains("not valid JSON")
        .hasLineCount(1);
  }

  @Test
  void theModelMustBeNamed() {
    assertThat(embed("", "embed")).isEqualTo(2);
    assertThat(err.toString()).startsWith("weft: Missing required parameter: 'MODEL'");
  }

  @Test
  void linesBeforeABrokenOneAreAnswered() {
    assertThat(embed(new byte[] {'a', '\n', (byte) 0xc0, '\n'}, "embed", model)).isOne();
    assertThat(out.toString()).hasLineCount(1);
    assertThat(err).hasToString("weft: standard input:2: not UTF-8\n");
  }

  @Test
  void numbersParseBackToTheSameFloat() {
    float[] values = {0f, -0f, 1e-30f, Float.MIN_VALUE, Float.MAX_VALUE, 0.1f, 1f / 3, 1e10f};
    float[] read = JsonMapper.shared().readValue(EmbedCommand.json(values, 1), float[].class);
    assertThat(read).isEqualTo(values);
  }

  @Test
  void whatJsonCannotHoldIsAnError() {
    assertThatThrownBy(() -> EmbedCommand.json(new float[] {0, Float.NaN}, 3))
        .hasMessageStartingWith("line 3: element 1 of the vector is NaN");
  }
}
