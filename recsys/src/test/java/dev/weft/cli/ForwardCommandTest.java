package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardCommandTest {
  private static final Path GOLDENS = Path.of("../models/src/test/resources/goldens/models");

  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  private int forward(Path model, Map<String, Tensor> inputs, String... more) throws IOException {
    SafeTensors.write(dir.resolve("in.safetensors"), inputs, Map.of());
    return forward(model.toString(), more);
  }

  private int forward(String model, String... more) {
    return forward(model, dir.resolve("out.safetensors"), more);
  }

  private int forward(String model, Path out, String... more) {
    String[] named = {
      "forward",
      model,
      "--inputs",
      dir.resolve("in.safetensors").toString(),
      "--outputs",
      out.toString()
    };
    String[] all = Stream.of(named, more).flatMap(Stream::of).toArray(String[]::new);
    return Weft.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(err)).execute(all);
  }

  private static Map<String, Tensor> inputs(Checkpoint golden, String batch) throws IOException {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
      if (golden.has(batch + "." + name)) {
        inputs.put(name, golden.tensor(batch + "." + name));
      }
    }
    return inputs;
  }

  @Test
  void outputsHaveTransformersNamesAndShapes() throws IOException {
    Path model = GOLDENS.resolve("roberta_attentions");
    try (Checkpoint golden = Checkpoint.open(model.resolve("goldens.safetensors"))) {
      assertThat(forward(model, inputs(golden, "left"), "--hidden-states", "--attentions"))
          .isZero();
    }
    try (Checkpoint out = Checkpoint.open(dir.resolve("out.safetensors"))) {
      assertThat(out.names())
          .containsExactlyInAnyOrder(
              "last_hidden_state",
              "pooler_output",
              "hidden_states.0",
              "hidden_states.1",
              "hidden_states.2",
              "attentions.0",
              "attentions.1");
      assertThat(out.shape("attentions.0")).isEqualTo(Shape.of(3, 3, 9, 9));
      assertThat(out.shape("pooler_output")).isEqualTo(Shape.of(3, 24));
      assertThat(out.dtype("hidden_states.2")).isEqualTo(DType.F32);
      assertThat(out.tensor("hidden_states.2").toFloats())
          .isEqualTo(out.tensor("last_hidden_state").toFloats());
    }
    assertThat(err).hasToString("");
  }

  @Test
  void withoutFlagsThereAreLastStateAndLogits() throws IOException {
    Path model = GOLDENS.resolve("distilbert_masked_lm");
    assertThat(forward(model, Map.of("input_ids", Tensor.of(new long[] {4, 5, 6}, 1, 3)))).isZero();
    try (Checkpoint out = Checkpoint.open(dir.resolve("out.safetensors"))) {
      assertThat(out.names()).containsExactlyInAnyOrder("last_hidden_state", "logits");
      assertThat(out.shape("logits")).isEqualTo(Shape.of(1, 3, 53));
    }
  }

  @Test
  void aHeadThatIsNotSupportedIsSaidAndTheStackWritten() throws IOException {
    Path model = Files.createDirectory(dir.resolve("qa"));
    Path golden = GOLDENS.resolve("roberta_attentions");
    Files.copy(golden.resolve("model.safetensors"), model.resolve("model.safetensors"));
    Files.writeString(
        model.resolve("config.json"),
        Files.readString(golden.resolve("config.json"))
            .replace("RobertaModel", "RobertaForQuestionAnswering"));
    assertThat(forward(model, Map.of("input_ids", Tensor.of(new long[] {4, 5}, 1, 2)))).isZero();
    assertThat(err.toString())
        .startsWith("weft: the head of RobertaForQuestionAnswering is not supported")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ids | input_ids is missing",
        "labels | tensor \"labels\" is no input; expected only input_ids,",
        "floats | input_ids: expected I64 [B, T] with tokens, got F32 [1, 3]",
        "flat | input_ids: expected I64 [B, T] with tokens, got I64 [3]",
        "large | input_ids: expected 0 to 52 (vocab_size 53), got 53 at [0, 1]",
        "negative | input_ids: expected 0 to 52 (vocab_size 53), got -1 at [0, 1]",
        "long | input_ids: the model has positions for 14 tokens, expected no more, got position 14",
        "mask | attention_mask: expected I64 [1, 3] as input_ids, got I64 [1, 2]",
        "grey | attention_mask: expected 0 or 1, got 2 at [0, 2]",
        "black | attention_mask: expected a 1 somewhere, got only 0",
        "types | token_type_ids: expected 0 to 0 (number of types 1), got 1 at [0, 0]",
        "pair | decoder_input_ids: the model is no encoder-decoder, expected none"
      })
  void whatCannotBeReadIsOneLine(String change, String message) throws IOException {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Tensor.of(new long[] {4, 5, 6}, 1, 3));
    switch (change) {
      case "ids" -> inputs.remove("input_ids");
      case "labels" -> inputs.put("labels", Tensor.of(new long[] {1}, 1));
      case "floats" -> inputs.put("input_ids", Tensor.zeros(1, 3));
      case "flat" -> inputs.put("input_ids", Tensor.of(new long[] {4, 5, 6}, 3));
      case "large" -> inputs.put("input_ids", Tensor.of(new long[] {4, 53, 6}, 1, 3));
      case "negative" -> inputs.put("input_ids", Tensor.of(new long[] {4, -1, 6}, 1, 3));
      case "long" -> inputs.put("input_ids", Tensor.full(DType.I64, Shape.of(1, 15), 9));
      case "mask" -> inputs.put("attention_mask", Tensor.of(new long[] {1, 1}, 1, 2));
      case "grey" -> inputs.put("attention_mask", Tensor.of(new long[] {1, 1, 2}, 1, 3));
      case "black" -> inputs.put("attention_mask", Tensor.of(new long[] {0, 0, 0}, 1, 3));
      case "types" -> inputs.put("token_type_ids", Tensor.of(new long[] {1, 0, 0}, 1, 3));
      case "pair" -> inputs.put("decoder_input_ids", Tensor.of(new long[] {1}, 1, 1));
      default -> throw new IllegalArgumentException(change);
    }
    if (inputs.isEmpty()) {
      inputs.put("attention_mask", Tensor.of(new long[] {1}, 1, 1));
    }
    assertThat(forward(GOLDENS.resolve("roberta_attentions"), inputs)).isOne();
    assertThat(err.toString())
        .startsWith("weft: " + dir.resolve("in.safetensors") + ": " + message)
        .hasLineCount(1);
    assertThat(dir.resolve("out.safetensors")).doesNotExist();
  }

  @Test
  void filesThatAreNotThereAreOneLine() throws IOException {
    String model = GOLDENS.resolve("roberta_attentions").toString();
    assertThat(forward(model)).isOne();
    assertThat(err.toString()).contains("in.safetensors: no such file").hasLineCount(1);
    SafeTensors.write(
        dir.resolve("in.safetensors"),
        Map.of("input_ids", Tensor.of(new long[] {4}, 1, 1)),
        Map.of());
    err.getBuffer().setLength(0);
    assertThat(forward(model, dir.resolve("no/out.safetensors"))).isOne();
    assertThat(err.toString())
        .isEqualTo(
            "weft: %s: its directory is not there; expected one to write into\n"
                .formatted(dir.resolve("no/out.safetensors")));
  }
}
