package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.models.Backbone;
import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.PaddedInputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.TensorEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft inspect --text}: what it shows is what a forward computes. */
class InspectTextTest {
  private static final Path GOLDENS = Path.of("../models/src/test/resources/goldens/models");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  private int inspect(Path model, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] arguments =
        Stream.concat(Stream.of("inspect", model.toString()), Stream.of(more))
            .toArray(String[]::new);
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  private JsonNode json(Path model, String... more) {
    String[] arguments = Stream.concat(Stream.of(more), Stream.of("--json")).toArray(String[]::new);
    assertThat(inspect(model, arguments)).as(err.toString()).isZero();
    return JsonMapper.shared().readTree(out.toString());
  }

  /** A tiny model whose texts are w0, w1 ...; w4 hides a word. */
  private Path model(String golden) throws IOException {
    Path model = dir.resolve(golden);
    Files.createDirectory(model);
    int vocabulary;
    try (Backbone backbone = open(GOLDENS.resolve(golden))) {
      vocabulary = backbone.encoder().vocabSize();
    }
    for (String name :
        new String[] {"config.json", "generation_config.json", "model.safetensors"}) {
      if (Files.exists(GOLDENS.resolve(golden).resolve(name))) {
        Files.copy(GOLDENS.resolve(golden).resolve(name), model.resolve(name));
      }
    }
    String words =
        IntStream.range(0, vocabulary)
            .mapToObj(i -> "\"w" + i + "\": " + i)
            .collect(Collectors.joining(", "));
    Files.writeString(
        model.resolve("tokenizer.json"),
        "{\"added_tokens\": [], \"normalizer\": null,"
            + " \"pre_tokenizer\": {\"type\": \"Whitespace\"},"
            + " \"post_processor\": null, \"decoder\": null, \"model\": {\"type\": \"WordLevel\","
            + " \"unk_token\": \"w0\", \"vocab\": {"
            + words
            + "}}}");
    Files.writeString(model.resolve("tokenizer_config.json"), "{\"mask_token\": \"w4\"}");
    return model;
  }

  private static Backbone open(Path model) throws IOException {
    return Backbone.openWithHead(new ModelDirectory("tiny", model));
  }

  private static Map<String, Tensor> forward(Path model, PaddedInputs inputs) throws IOException {
    try (Backbone backbone = open(model)) {
      return backbone.padded().run(inputs, new Outputs(true, true));
    }
  }

  private static Tensor ids(long... ids) {
    return Tensor.of(ids, 1, ids.length);
  }

  private static void assertNumbers(JsonNode rows, Tensor expected) {
    float[] reference = expected.toFloats();
    int width = expected.dim(-1);
    assertThat(rows.size() * width).isEqualTo(reference.length);
    for (int i = 0; i < reference.length; i++) {
      assertThat(rows.get(i / width).get(i % width).floatValue()).isEqualTo(reference[i]);
    }
  }

  @Test
  void attentionIsThatOfTheForward() throws IOException {
    Path gpt2 = model("gpt2_attentions");
    JsonNode answer = json(gpt2, "--text", "w5 w9 w11 w3", "--attention", "1,1");
    Tensor expected = forward(gpt2, PaddedInputs.of(ids(5, 9, 11, 3))).get("attentions.1");
    assertThat(answer.get("path").stringValue()).isEqualTo("transformer.h.1.attn");
    assertThat(answer.get("layers").intValue()).isEqualTo(2);
    assertThat(answer.get("heads").intValue()).isEqualTo(expected.dim(1));
    assertThat(answer.get("source").get(2)).hasToString("{\"id\":11,\"token\":\"w11\"}");
    assertThat(answer.has("target")).isFalse();
    assertNumbers(answer.get("weights"), expected.select(0, 0).select(0, 1));
  }

  @Test
  void attentionIsAMapWithNumbers() throws IOException {
    Path tiny = TinyModel.write(dir.resolve("tiny"));
    assertThat(inspect(tiny, "--text", "ab c", "--attention", "1,3")).isZero();
    assertThat(out)
        .hasToString(
            """
            encoder.layer.1.attention.self, layer 1 of 0 to 1, head 3 of 0 to 3
            where each token (row) looks (column), in per cent

                               [CLS]      a    ##b      c  [SEP]
              0 [CLS]          ░░ 10  ▓▓ 49  ░░ 11  ▒▒ 15  ░░ 15
              1 a              ░░ 10  ▓▓ 51  ░░ 10  ▒▒ 16  ░░ 13
              2 ##b            ··  4  ▓▓ 62  ░░ 13  ░░ 14  ░░  6
              3 c              ░░  9  ▓▓ 57  ▒▒ 19  ░░ 12  ··  3
              4 [SEP]          ··  3  ██ 81  ░░  5  ░░  8  ··  3

            · 1 to 4 %   ░ 5 to 14 %   ▒ 15 to 34 %   ▓ 35 to 64 %   █ from 65 %
            """);
    assertThat(err).hasToString("");
  }

  @Test
  void aLongTextIsAMapOfShadesAndTheCutIsSaid() throws IOException {
    Path t5 = model("t5_v1_1");
    String text =
        IntStream.range(0, 60).mapToObj(i -> "w" + i % 30).collect(Collectors.joining(" "));
    assertThat(inspect(t5, "--text", text, "--attention", "0,1")).isZero();
    assertThat(out.toString())
        .contains("encoder.block.0.layer.0.SelfAttention, layer 0 of 0 to ")
        .contains("and where it looks most")
        .contains("0         10        20        30        40\n")
        .contains("cut: the first 48 of 60 rows are shown, --json has all")
        .contains("cut: the first 48 of 60 columns are shown, --json has all");
    assertThat(out.toString().lines().mapToInt(Cells::width).max().orElseThrow())
        .isLessThanOrEqualTo(100);
    JsonNode answer = json(t5, "--text", text, "--attention", "0,1");
    assertThat(answer.get("weights")).hasSize(60);
    assertThat(answer.get("weights").get(59)).hasSize(60);
  }

  @Test
  void theTreeHasBothStacksAndTheHead() throws IOException {
    Path t5 = model("t5_v1_1");
    JsonNode answer = json(t5);
    assertThat(answer.get("tree").get("children"))
        .extracting(child -> child.get("path").stringValue())
        .containsExactly("shared", "encoder", "decoder", "lm_head");
    try (Checkpoint checkpoint = Checkpoint.open(t5)) {
      long stored = checkpoint.entries().values().stream().mapToLong(TensorEntry::bytes).sum();
      assertThat(answer.get("bytes").longValue()).isEqualTo(stored);
    }
  }

  @Test
  void anEncoderDecoderHasThreeKindsOfAttention() throws IOException {
    Path t5 = model("t5_v1_1");
    Map<String, Tensor> expected =
        forward(t5, PaddedInputs.of(ids(5, 9, 11)).withDecoder(ids(0, 7)));
    String[] text = {"--text", "w5 w9 w11", "--decoder-text", "w7", "--attention", "1,0"};
    for (String of : new String[] {"encoder", "decoder", "cross"}) {
      JsonNode answer = json(t5, append(text, "--attention-of", of));
      assertThat(answer.get("of").stringValue()).isEqualTo(of);
      assertThat(answer.get("target").findValuesAsString("token")).containsExactly("w0", "w7");
      assertThat(answer.get("queries").stringValue())
          .isEqualTo(of.equals("encoder") ? "source" : "target");
      assertThat(answer.get("keys").stringValue())
          .isEqualTo(of.equals("decoder") ? "target" : "source");
      assertNumbers(
          answer.get("weights"), expected.get(of + "_attentions.1").select(0, 0).select(0, 0));
    }
    assertThat(json(t5, text).get("of").stringValue()).isEqualTo("encoder");
    JsonNode begun = json(t5, "--text", "w5 w9", "--attention", "0,0", "--attention-of", "cross");
    assertThat(begun.get("target").findValuesAsString("token")).containsExactly("w0");
    assertThat(begun.get("weights")).hasSize(1);
  }

  private static String[] append(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void activationsAreTheHiddenStatesOfTheForward() throws IOException {
    Path gpt2 = model("gpt2_attentions");
    Tensor expected = forward(gpt2, PaddedInputs.of(ids(5, 9, 11))).get("hidden_states.1");
    // The path as the tree of the stack has it, and as that of the model with its head has it.
    for (String name : new String[] {"h.0", "transformer.h.0"}) {
      JsonNode answer = json(gpt2, "--text", "w5 w9 w11", "--activations", name);
      assertThat(answer.get("path").stringValue()).isEqualTo("transformer.h.0");
      assertThat(answer.get("shape")).hasToString("[3," + expected.dim(-1) + "]");
      JsonNode rows = answer.get("rows");
      assertNumbers(
          JsonMapper.shared().valueToTree(rows.valueStream().map(r -> r.get("values")).toList()),
          expected);
      assertThat(rows.findValuesAsString("token")).containsExactly("w5", "w9", "w11");
      double squares = 0;
      for (JsonNode value : rows.get(1).get("values")) {
        squares += (double) value.floatValue() * value.floatValue();
        assertThat((double) value.floatValue())
            .isBetween(rows.get(1).get("min").doubleValue(), rows.get(1).get("max").doubleValue());
      }
      assertThat(rows.get(1).get("norm").doubleValue()).isCloseTo(Math.sqrt(squares), within(1e-9));
    }
    assertThat(inspect(gpt2, "--text", "w5 w9 w11", "--activations", "lm_head")).isZero();
    assertThat(out.toString()).startsWith("lm_head: Linear(").contains("F32 [3, 37]", "   2 w11 ");
  }

  @Test
  void rowsOfWhatIsNoTokenHaveNone() throws IOException {
    Path t5 = model("t5_v1_1");
    String bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias";
    JsonNode answer = json(t5, "--text", "w5 w9", "--activations", bias);
    assertThat(answer.get("rows").get(0).has("token")).isFalse();
    assertThat(answer.get("calls").intValue()).isEqualTo(2); // once for each layer
    // Keys of cross-attention are of what was read.
    JsonNode keys =
        json(t5, "--text", "w5", "--activations", "decoder.block.0.layer.1.EncDecAttention.k");
    assertThat(keys.get("rows").findValuesAsString("token")).containsExactly("w5");
    JsonNode queries =
        json(t5, "--text", "w5", "--activations", "decoder.block.0.layer.1.EncDecAttention.q");
    assertThat(queries.get("rows").findValuesAsString("token")).containsExactly("w0");
  }

  /** Its head reads a decoder that reads what the encoder does, one place later. */
  @Test
  void theDecoderOfAClassifierReadsTheTextToo() throws IOException {
    Path bart = model("bart_classifier");
    Map<String, Tensor> expected = forward(bart, PaddedInputs.of(ids(5, 9, 2)));
    JsonNode answer = json(bart, "--text", "w5 w9 w2", "--activations", "decoder.layers.0");
    assertThat(answer.get("path").stringValue()).isEqualTo("model.decoder.layers.0");
    assertThat(answer.get("rows").findValuesAsString("token")).containsExactly("w2", "w5", "w9");
    assertNumbers(
        JsonMapper.shared()
            .valueToTree(answer.get("rows").valueStream().map(r -> r.get("values")).toList()),
        expected.get("decoder_hidden_states.1"));
    JsonNode logits =
        json(bart, "--text", "w5 w9 w2", "--activations", "classification_head.out_proj");
    assertThat(logits.get("rows").get(0).has("token")).isFalse();
  }

  @Test
  void theLastLayerOfTheLensIsWhatIsGenerated() throws IOException {
    for (String golden : new String[] {"gpt2_attentions", "t5_v1_1"}) {
      Path model = model(golden);
      JsonNode answer = json(model, "--text", "w5 w9 w11", "--logit-lens", "--top", "2");
      JsonNode last = answer.get("layers").get(answer.get("layers").size() - 1).get("tokens");
      JsonNode guesses = last.get(last.size() - 1).get("guesses");
      assertThat(guesses).hasSize(2);
      out.getBuffer().setLength(0);
      int code =
          Weft.commandLine(new PrintWriter(out), new PrintWriter(err))
              .execute(
                  "generate",
                  model.toString(),
                  "--prompt",
                  "w5 w9 w11",
                  "--max-new-tokens",
                  "1",
                  "--json");
      assertThat(code).isZero();
      assertThat(JsonMapper.shared().readTree(out.toString()).get("ids").get(0).intValue())
          .isEqualTo(guesses.get(0).get("id").intValue());
      assertThat(answer.get("layers").get(0).get("name").stringValue()).isEqualTo("embeddings");
      assertThat(guesses.get(0).get("token").stringValue())
          .isEqualTo("w" + guesses.get(0).get("id").intValue());
    }
  }

  @Test
  void aMaskedModelFillsInItsMasks() throws IOException {
    Path bert = model("bert_masked_lm");
    assertThat(inspect(bert, "--text", "w5 w4 w11 w7 w8 w9 w12 w13", "--logit-lens")).isZero();
    assertThat(out.toString())
        .startsWith("what each layer would say in the place of each token\n")
        .contains("\n              1 w4\n")
        .contains("in the place of token 1, w4, in per cent\n");
    assertThat(inspect(bert, "--text", "w5 w6 w11 w7 w8 w9 w12 w13", "--logit-lens")).isZero();
    assertThat(out.toString())
        .contains("cut: the last 6 of 8 tokens are shown, --json has all")
        .doesNotContain("in the place of token");
  }

  @Test
  void aLayerOrHeadThatIsNotThereIsSaid() throws IOException {
    Path gpt2 = model("gpt2_attentions");
    assertThat(inspect(gpt2, "--text", "w5", "--attention", "2,0")).isOne();
    assertThat(err).hasToString("weft: --attention 2,0: there are 2 layers that attend, 0 to 1\n");
    assertThat(inspect(gpt2, "--text", "w5", "--attention", "1,2")).isOne();
    assertThat(err).hasToString("weft: --attention 1,2: layer 1 has 2 heads, 0 to 1\n");
    assertThat(out).hasToString("");
  }

  @Test
  void anUnknownNameIsAnsweredWithNearOnes() throws IOException {
    assertThat(inspect(model("gpt2_attentions"), "--text", "w5", "--activations", "h.0.atn"))
        .isOne();
    assertThat(err.toString())
        .startsWith("weft: --activations: there is no module \"h.0.atn\"; near are \"")
        .contains("\"transformer.h.0.attn\"");
  }

  @Test
  void whatAModelCannotShowIsSaid() throws IOException {
    Path gpt2 = model("gpt2_attentions");
    assertThat(inspect(gpt2, "--text", "w5", "--attention", "0,0", "--attention-of", "cross"))
        .isOne();
    assertThat(err.toString())
        .startsWith("weft: --attention-of: Gpt2(")
        .contains("no encoder-decoder");
    assertThat(inspect(gpt2, "--text", "w5", "--decoder-text", "w1", "--logit-lens")).isOne();
    assertThat(err.toString()).startsWith("weft: --decoder-text: Gpt2(");
    assertThat(inspect(gpt2, "--text", "", "--logit-lens")).isOne();
    assertThat(err.toString()).startsWith("weft: --text: has 0 tokens, Gpt2(");
    assertThat(inspect(gpt2, "--text", "w5", "--logit-lens", "--top", "38")).isOne();
    assertThat(err).hasToString("weft: --top 38: the model knows 37 tokens\n");
    Path tiny = TinyModel.write(dir.resolve("tiny"));
    assertThat(inspect(tiny, "--text", "ab", "--logit-lens")).isOne();
    assertThat(err.toString())
        .startsWith("weft: --logit-lens: Bert(")
        .contains("has no language model head");
    String dropout = "encoder.layer.0.output.dropout";
    assertThat(inspect(tiny, "--text", "ab", "--activations", dropout)).isOne();
    assertThat(err.toString()).contains("there is no module \"" + dropout + "\"");
  }

  @Test
  void optionsThatDoNotGoTogetherAreWrongUsage() {
    Path none = dir.resolve("none"); // never opened
    assertThat(inspect(none, "--attention", "0,0")).isEqualTo(2);
    assertThat(err.toString()).contains("need --text TEXT\n");
    assertThat(inspect(none, "--text", "a")).isEqualTo(2);
    assertThat(err.toString())
        .contains("expected one of --attention, --activations and --logit-lens, got 0\n");
    assertThat(inspect(none, "--text", "a", "--logit-lens", "--activations", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("got 2\n");
    assertThat(inspect(none, "--text", "a", "--attention", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--attention 3: expected LAYER,HEAD, such as 3,5\n");
    assertThat(inspect(none, "--text", "a", "--attention", "-1,0")).isEqualTo(2);
    assertThat(inspect(none, "--text", "a", "--logit-lens", "--attention-of", "cross"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--attention-of needs --attention LAYER,HEAD\n");
    assertThat(inspect(none, "--text", "a", "--attention", "0,0", "--top", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--top needs --logit-lens\n");
    assertThat(inspect(none, "--text", "a", "--logit-lens", "--top", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--top 0: expected at least 1\n");
    assertThat(out).hasToString("");
  }
}
