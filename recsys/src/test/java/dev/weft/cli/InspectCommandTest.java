package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  private int inspect(String... arguments) {
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  @Test
  void theTreeIsReadable() throws IOException {
    Path model = TinyModel.write(dir.resolve("tiny"));
    assertThat(inspect("inspect", model.toString())).isZero();
    long bytes = Files.size(model.resolve("model.safetensors"));
    assertThat(out.toString())
        .startsWith(
            String.format(
                """
                model       tiny
                path        %s
                family      bert
                parameters  19,018 (19,018 trainable)
                dtypes      F32 19,018
                bytes       76,072
                file        model.safetensors, %,d bytes
                tensors     F32 x 39
                tokenizer   WordPiece, 101 tokens
                sentence    vectors of 32, pooling mean, not normalised, at most 32 tokens

                Bert(2 layers, hidden 32, 4 heads)
                ├─ embeddings: Embeddings
                │  ├─ word_embeddings: Embedding(101, 32)
                │  │  └─ weight  [101, 32] F32
                """,
                model, bytes))
        .contains(
            """
            ├─ encoder.layer.0: Layer
            │  ├─ attention: Attention
            │  │  ├─ self: SelfAttention
            │  │  │  ├─ query: Linear(32, 32)
            """)
        .endsWith(
            "└─ pooler.dense: Linear(32, 32)\n   ├─ weight  [32, 32] F32\n   └─ bias  [32] F32\n");
    assertThat(err).hasToString("");
  }

  @Test
  void programsReadJson() throws IOException {
    Path model = TinyModel.write(dir.resolve("tiny"));
    assertThat(inspect("inspect", model.toString(), "--json")).isZero();
    JsonNode json = JsonMapper.shared().readTree(out.toString());
    assertThat(json.get("family").stringValue()).isEqualTo("bert");
    assertThat(json.get("parameters").intValue()).isEqualTo(19_018);
    assertThat(json.get("trainable_parameters").intValue()).isEqualTo(19_018);
    assertThat(json.get("dtypes")).hasToString("{\"F32\":19018}");
    assertThat(json.get("files").get(0).get("name").stringValue()).isEqualTo("model.safetensors");
    assertThat(json.get("tokenizer")).hasToString("{\"kind\":\"WordPiece\",\"vocabulary\":101}");
    assertThat(json.get("sentence"))
        .hasToString(
            "{\"dimension\":32,\"pooling\":\"mean\",\"normalize\":false,\"max_length\":32}");
    long parameters = 0;
    for (JsonNode leaf : json.get("tree").findValues("shape")) {
      long size = 1;
      for (JsonNode dim : leaf) {
        size *= dim.longValue();
      }
      parameters += size;
    }
    assertThat(parameters).isEqualTo(19_018);
    assertThat(json.get("tree").findValuesAsString("name"))
        .contains("encoder.layer.1.attention.self.key.bias");
  }

  @Test
  void halfTypesAreNamed() {
    Path golden = Path.of("../models/src/test/resources/goldens/bert/bf16");
    assertThat(inspect("inspect", golden.toString())).isZero();
    assertThat(out.toString())
        .contains("dtypes      BF16 ", "tensors     BF16 x ", "weight  [101, 32] BF16")
        .contains("tokenizer   none\n");
  }

  @Test
  void aTokenizerWithoutAModelIsSaid() throws IOException {
    TinyModel.writeVocabulary(dir);
    assertThat(inspect("inspect", dir.toString())).isZero();
    assertThat(out.toString())
        .contains(
            "family      none: a tokenizer alone, no config.json and so no model\n"
                + "tokenizer   WordPiece, 101 tokens\n");
    out.getBuffer().setLength(0);
    assertThat(inspect("inspect", dir.toString(), "--json")).isZero();
    JsonNode json = JsonMapper.shared().readTree(out.toString());
    assertThat(json.get("family").isNull()).isTrue();
    assertThat(json.get("tokenizer").get("vocabulary").intValue()).isEqualTo(101);
  }

  @Test
  void anotherDirectoryIsOneLine() {
    assertThat(inspect("inspect", dir.toString())).isOne();
    assertThat(err).hasToString("weft: " + dir + ": expected config.json, found none\n");
  }
}
