package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Linear;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What T5s' and BARTs' directories may hold, and what is refused. */
class Seq2SeqLoadingTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @TempDir Path dir;

  private ModelDirectory changed(String golden, String keys, Consumer<Map<String, Tensor>> tensors)
      throws IOException {
    Path from = GOLDENS.resolve(golden);
    String config = Files.readString(from.resolve("config.json"));
    for (String key : keys.split(",(?= *\")", -1)) {
      String name = key.strip().replaceFirst("(?s)^(\"[^\"]*\").*", "$1");
      config = config.replaceFirst("(?m)^ *" + name + ": (\\[[^\\]]*\\]|[^\\[{\\n]*?),?\\n", "");
    }
    if (!keys.isEmpty()) {
      config = config.replaceFirst("\\{", Matcher.quoteReplacement("{" + keys + ","));
    }
    Files.writeString(dir.resolve("config.json"), config);
    try (Checkpoint checkpoint = Checkpoint.open(from)) {
      Map<String, Tensor> all = new LinkedHashMap<>();
      for (String name : checkpoint.names()) {
        all.put(name, checkpoint.tensor(name));
      }
      tensors.accept(all);
      SafeTensors.write(dir.resolve("model.safetensors"), all, Map.of("format", "pt"));
    }
    return new ModelDirectory("changed", dir);
  }

  private static float[] logits(ModelDirectory directory) throws IOException {
    Tensor ids = Tensor.of(new long[] {5, 9, 17, 4, 33, 21, 2}, 1, 7);
    Tensor decoderIds = Tensor.of(new long[] {0, 7, 12}, 1, 3);
    try (Backbone model = Backbone.openWithHead(directory)) {
      Map<String, Tensor> named =
          model
              .padded()
              .run(PaddedInputs.of(ids).withDecoder(decoderIds), new Outputs(false, false));
      return Objects.requireNonNull(named.get("logits")).toFloats();
    }
  }

  private static ModelDirectory golden(String name) {
    return new ModelDirectory(name, GOLDENS.resolve(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t5_v1_0 | \"torch_dtype\": \"float32\", \"gradient_checkpointing\": false, \"num_beams\": 4",
        "t5_v1_0 | \"architectures\": [\"T5WithLMHeadModel\"], \"is_decoder\": false",
        "t5_v1_1 | \"dense_act_fn\": \"gelu_new\", \"is_gated_act\": true,"
            + " \"scale_decoder_outputs\": false, \"tie_word_embeddings\": true",
        "t5_mt5_bf16 | \"tie_word_embeddings\": false, \"scale_decoder_outputs\": true",
        "t5_umt5 | \"tie_word_embeddings\": false",
        "bart_summarizer | \"extra_pos_embeddings\": 2, \"replacing_rate\": 0, \"eos_token_ids\": [2],"
            + " \"student_decoder_layers\": null, \"student_encoder_layers\": null,"
            + " \"do_blenderbot_90_layernorm\": false, \"encoder_layerdrop\": 0.1",
        "bart_untied_bf16 | \"forced_bos_token_id\": 0, \"num_labels\": 7"
      })
  void publishedKeysChangeNothing(String name, String keys) throws IOException {
    assertThat(logits(changed(name, keys, all -> {}))).isEqualTo(logits(golden(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t5_v1_0 | \"feed_forward_proj\": \"gated-gelu-new\" | feed_forward_proj gated-gelu-new is"
            + " neither an activation nor \"gated-\" and an activation",
        "t5_v1_0 | \"dense_act_fn\": \"mish\" | dense_act_fn mish is not supported",
        "t5_v1_0 | \"relative_attention_num_buckets\": 3 | relative_attention_num_buckets 3 is less",
        "t5_v1_0 | \"relative_attention_max_distance\": 16 | relative_attention_max_distance 16 is",
        "t5_v1_0 | \"d_kv\": 0 | d_kv 0 is not positive",
        "t5_v1_0 | \"router_z_loss\": 1 | key [router_z_loss] not known",
        "bart_summarizer | \"normalize_before\": true | normalize_before true is not supported",
        "bart_summarizer | \"decoder_attention_heads\": 3 | d_model 16 is not a multiple of"
            + " decoder_attention_heads 3",
        "bart_summarizer | \"dropout\": 1 | dropout 1.0 is not in [0, 1)"
      })
  void otherKeysAreRefusedByName(String name, String keys, String message) throws IOException {
    ModelDirectory directory = changed(name, keys, all -> {});
    assertThatThrownBy(() -> Backbone.openWithHead(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "t5_v1_0,encoder.embed_tokens.weight,shared.weight",
    "t5_v1_0,lm_head.weight,shared.weight",
    "bart_summarizer,model.decoder.embed_tokens.weight,model.shared.weight"
  })
  void anotherNameOfTheSharedTableStandsForIt(String name, String other, String shared)
      throws IOException {
    ModelDirectory directory =
        changed(name, "", all -> all.put(other, Objects.requireNonNull(all.remove(shared))));
    assertThat(logits(directory)).isEqualTo(logits(golden(name)));
  }

  @Test
  void aTableStoredTwiceIsOneParameter() throws IOException {
    ModelDirectory directory =
        changed(
            "t5_v1_0",
            "",
            all -> {
              Tensor shared = Objects.requireNonNull(all.get("shared.weight"));
              all.put("lm_head.weight", shared);
              all.put("decoder.embed_tokens.weight", shared);
            });
    try (Backbone model = Backbone.openWithHead(directory)) {
      assertThat(model.root().parameters().stream().map(Parameter::name))
          .contains("shared.weight")
          .doesNotContain("lm_head.weight", "decoder.embed_tokens.weight");
      Linear output = Objects.requireNonNull(model.root().named(Linear.class).get("lm_head"));
      assertThat(output.ownParameters().getFirst().name()).isEqualTo("shared.weight");
      assertThat(model.encoder().parameters()).contains(output.weight());
    }
  }

  @Test
  void tablesOfOtherValuesAreParametersOfTheirOwn() throws IOException {
    try (Backbone model = Backbone.openWithHead(golden("t5_mt5_bf16"))) {
      assertThat(model.root().parameters().stream().map(Parameter::name))
          .contains("shared.weight", "lm_head.weight", "decoder.embed_tokens.weight")
          .doesNotContain("encoder.embed_tokens.weight");
    }
  }

  @Test
  void withoutTyingEveryTableMustBeStored() throws IOException {
    ModelDirectory directory =
        changed("bart_summarizer", "\"tie_word_embeddings\": false", all -> {});
    assertThatThrownBy(() -> Backbone.openWithHead(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lm_head.weight")
        .hasMessageContaining("model.encoder.embed_tokens.weight")
        .hasMessageContaining("model.decoder.embed_tokens.weight");
  }

  @Test
  void aCheckpointWithoutDecoderIsAnEncoder() throws IOException {
    try (Backbone alone = Backbone.open(golden("t5_encoder_f16"));
        Backbone pair = Backbone.open(golden("t5_v1_0"))) {
      assertThat(alone.encoderDecoder()).isEmpty();
      assertThat(pair.encoderDecoder()).isPresent();
      assertThat(pair.head()).isEmpty();
    }
  }

  @Test
  void biasOfLogitsMayBeAbsent() throws IOException {
    ModelDirectory directory =
        changed("bart_summarizer", "", all -> all.remove("final_logits_bias"));
    assertThat(logits(directory)).isNotEqualTo(logits(golden("bart_summarizer")));
  }

  @Test
  void aT5MustBeToldWhatItsDecoderReads() throws IOException {
    Tensor ids = Tensor.of(new long[] {5, 9}, 1, 2);
    try (Backbone model = Backbone.openWithHead(golden("t5_v1_0"))) {
      assertThatThrownBy(() -> model.padded().run(PaddedInputs.of(ids), new Outputs(false, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("decoder_input_ids: missing");
    }
  }

  @Test
  void aTextThatDoesNotEndCannotBeClassified() throws IOException {
    Tensor ids = Tensor.of(new long[] {5, 9}, 1, 2);
    try (Backbone model = Backbone.openWithHead(golden("bart_classifier"))) {
      assertThatThrownBy(() -> model.padded().run(PaddedInputs.of(ids), new Outputs(false, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row 0 has no eos_token_id 2");
    }
  }
}
