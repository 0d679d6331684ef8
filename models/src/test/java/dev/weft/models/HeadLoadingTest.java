package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Linear;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.LoadException;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tensors a model with a head is made of. */
class HeadLoadingTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String DECODER = "cls.predictions.decoder.weight";

  @TempDir Path dir;

  private ModelDirectory changed(
      String golden, UnaryOperator<String> config, Consumer<Map<String, Tensor>> change)
      throws IOException {
    Path source = GOLDENS.resolve(golden);
    Files.writeString(
        dir.resolve("config.json"), config.apply(Files.readString(source.resolve("config.json"))));
    try (Checkpoint checkpoint = Checkpoint.open(source.resolve("model.safetensors"))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : checkpoint.names()) {
        tensors.put(name, checkpoint.tensor(name));
      }
      change.accept(tensors);
      SafeTensors.write(dir.resolve("model.safetensors"), tensors, Map.of());
    }
    return new ModelDirectory("changed", dir);
  }

  private static Parameter weight(Backbone model, String path) {
    return model.root().named(Linear.class).get(path).weight();
  }

  @Test
  void aDecoderIsTiedWhereItIsNotStoredOrStoredAlike() throws IOException {
    Path golden = GOLDENS.resolve("bert_masked_lm");
    try (Backbone model = Backbone.openWithHead(new ModelDirectory("golden", golden))) {
      assertThat(weight(model, "cls.predictions.decoder").name()).isEqualTo(WORDS);
    }
    ModelDirectory twice =
        changed("bert_masked_lm", c -> c, tensors -> tensors.put(DECODER, tensors.get(WORDS)));
    try (Backbone model = Backbone.openWithHead(twice)) {
      assertThat(weight(model, "cls.predictions.decoder").name()).isEqualTo(WORDS);
      assertThat(model.root().parameters()).doesNotHaveDuplicates();
    }
  }

  @Test
  void aDecoderStoredWithOtherValuesIsAnother() throws IOException {
    ModelDirectory model =
        changed(
            "bert_masked_lm",
            c -> c,
            tensors -> tensors.put(DECODER, F.mul(tensors.get(WORDS), 2)));
    try (Backbone untied = Backbone.openWithHead(model)) {
      assertThat(weight(untied, "cls.predictions.decoder").name()).isEqualTo(DECODER);
    }
  }

  @Test
  void pathsAreThoseOfTransformersClasses() throws IOException {
    Path golden = GOLDENS.resolve("roberta_sequence_classification");
    try (Backbone model = Backbone.openWithHead(new ModelDirectory("golden", golden))) {
      assertThat(model.root().named(Linear.class))
          .containsKeys("roberta.encoder.layer.0.attention.self.query", "classifier.out_proj");
      assertThat(model.head().orElseThrow().kind()).isEqualTo(Head.Kind.SEQUENCE_CLASSIFICATION);
    }
    try (Backbone model = Backbone.open(new ModelDirectory("golden", golden))) {
      assertThat(model.root().named(Linear.class))
          .containsKey("encoder.layer.0.attention.self.query")
          .doesNotContainKey("classifier.out_proj");
      assertThat(model.head()).isEmpty();
    }
  }

  @Test
  void aStackWithoutItsPrefixServesAHead() throws IOException {
    ModelDirectory model =
        changed(
            "bert_token_classification_attentions",
            c -> c,
            tensors -> {
              Map<String, Tensor> bare = new LinkedHashMap<>();
              tensors.forEach(
                  (name, tensor) -> bare.put(name.replaceFirst("^bert\\.", ""), tensor));
              tensors.clear();
              tensors.putAll(bare);
            });
    try (Backbone loaded = Backbone.openWithHead(model)) {
      assertThat(loaded.head().orElseThrow().kind()).isEqualTo(Head.Kind.TOKEN_CLASSIFICATION);
    }
  }

  @Test
  void aHeadThatIsNotStoredIsNamed() throws IOException {
    ModelDirectory model =
        changed(
            "bert_sequence_classification",
            c -> c,
            tensors -> {
              tensors.remove("classifier.weight");
              tensors.remove("bert.pooler.dense.bias");
              tensors.put("qa_outputs.weight", tensors.get("classifier.bias"));
            });
    assertThatThrownBy(() -> Backbone.openWithHead(model).close())
        .isInstanceOf(LoadException.class)
        .hasMessage(
            dir.resolve("model.safetensors")
                + ": 2 missing: \"bert.pooler.dense.bias\", \"classifier.weight\";"
                + " 1 unexpected: \"qa_outputs.weight\"");
  }

  @Test
  void labelsAreCountedByTheirNames() throws IOException {
    ModelDirectory model =
        changed(
            "bert_sequence_classification",
            config -> config.replace("\"2\": \"LABEL_2\"", "\"2\": \"LABEL_2\", \"3\": \"more\""),
            tensors -> {});
    assertThatThrownBy(() -> Backbone.openWithHead(model).close())
        .hasMessageContaining("\"classifier.weight\" expected [4, 24], got [3, 24]");
  }

  @Test
  void anotherHeadIsLeftUnreadAndSaid() throws IOException {
    ModelDirectory model =
        changed(
            "bert_sequence_classification",
            c -> c.replace("BertForSequenceClassification", "BertForQuestionAnswering"),
            tensors -> {});
    try (Backbone loaded = Backbone.openWithHead(model)) {
      assertThat(loaded.unreadHead()).contains("BertForQuestionAnswering");
      assertThat(loaded.head()).isEmpty();
    }
  }
}
