package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that older versions of transformers and well-known checkpoints put into a config. */
class PublishedConfigsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @TempDir Path dir;

  private ModelDirectory with(String golden, String config) throws IOException {
    Files.copy(
        GOLDENS.resolve(golden).resolve("model.safetensors"), dir.resolve("model.safetensors"));
    Files.writeString(dir.resolve("config.json"), config);
    return new ModelDirectory("published", dir);
  }

  private static String config(String golden) throws IOException {
    return Files.readString(GOLDENS.resolve(golden).resolve("config.json"));
  }

  private ModelDirectory adding(String golden, String keys) throws IOException {
    return with(
        golden,
        config(golden)
            .replaceFirst("(?m)^ *\"is_decoder\": [^\\n]*\\n", "")
            .replaceFirst("\\{", Matcher.quoteReplacement("{" + keys + ",")));
  }

  private static float[] logits(ModelDirectory directory) throws IOException {
    Tensor ids = Tensor.of(new long[] {5, 9, 17, 4, 33, 21, 8}, 1, 7);
    try (Backbone model = Backbone.openWithHead(directory)) {
      return model
          .padded()
          .run(PaddedInputs.of(ids), new Outputs(false, false))
          .get("logits")
          .toFloats();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert_masked_lm | \"gradient_checkpointing\": false, \"position_embedding_type\": \"absolute\"",
        "bert_masked_lm | \"directionality\": \"bidi\", \"pooler_fc_size\": 768,"
            + " \"pooler_num_attention_heads\": 12, \"pooler_num_fc_layers\": 3,"
            + " \"pooler_size_per_head\": 128, \"pooler_type\": \"first_token_transform\"",
        "bert_sequence_classification | \"sentence_transformers\": {\"version\": \"4.0.1\"},"
            + " \"torch_dtype\": \"float32\", \"problem_type\": null",
        "bert_token_classification_attentions | \"_num_labels\": 9, \"output_past\": true,"
            + " \"finetuning_task\": \"ner\", \"max_length\": 512",
        "roberta_masked_lm | \"language\": \"english\", \"name\": \"Roberta\"",
        "roberta_sequence_classification | \"_num_labels\": 3, \"num_labels\": 9,"
            + " \"is_encoder_decoder\": false, \"do_sample\": false, \"num_beams\": 1",
        "xlm_roberta_masked_lm | \"output_past\": true, \"position_embedding_type\": \"absolute\"",
        "distilbert_masked_lm | \"tie_weights_\": true, \"is_decoder\": false, \"num_labels\": 2,"
            + " \"output_attentions\": false, \"pruned_heads\": {}, \"torchscript\": false,"
            + " \"use_bfloat16\": false",
        "mpnet_masked_lm | \"gradient_checkpointing\": false, \"torch_dtype\": \"float32\"",
        "modernbert_masked_lm | \"reference_compile\": false, \"layer_norm_eps\": 1e-05,"
            + " \"position_embedding_type\": \"absolute\", \"repad_logits_with_grad\": false,"
            + " \"gradient_checkpointing\": false"
      })
  void harmlessKeysChangeNothing(String golden, String keys) throws IOException {
    ModelDirectory plain = new ModelDirectory(golden, GOLDENS.resolve(golden));
    assertThat(logits(adding(golden, keys))).isEqualTo(logits(plain));
  }

  @Test
  void modernBertReadsTheKeysItWasPublishedWith() throws IOException {
    String golden = "modernbert_masked_lm";
    String older =
        config(golden)
            .replaceFirst("(?s)\"layer_types\": \\[.*?\\]", "\"global_attn_every_n_layers\": 3")
            .replaceFirst(
                "(?s)\"rope_parameters\": \\{.*?\\}.*?\\}.*?\\}",
                "\"global_rope_theta\": 900.0, \"local_rope_theta\": 30.0");
    assertThat(older).doesNotContain("rope_parameters", "layer_types");
    assertThat(logits(with(golden, older)))
        .isEqualTo(logits(new ModelDirectory(golden, GOLDENS.resolve(golden))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert_masked_lm | \"add_cross_attention\": true | add_cross_attention true is not supported,",
        "bert_masked_lm | \"quantization_config\": {} | key [quantization_config] not known",
        "bert_masked_lm | \"pruned_heads\": {\"0\": [1]} | pruned_heads {\"0\":[1]} is not supported,",
        "bert_masked_lm | \"position_embedding_type\": \"relative_key\" | position_embedding_type",
        "roberta_masked_lm | \"is_decoder\": true | is_decoder true is not supported, only false",
        "mpnet_masked_lm | \"type_vocab_size\": 2 | key [type_vocab_size] not known",
        "modernbert_masked_lm | \"global_attn_every_n_layers\": 0 | global_attn_every_n_layers 0"
      })
  void whatWouldChangeTheResultIsRefused(String golden, String keys, String message)
      throws IOException {
    // Jackson refuses a key that is there twice.
    String key = keys.substring(0, keys.indexOf(':'));
    String config = config(golden).replaceFirst("(?m)^ *" + key + ": [^\\n]*\\n", "");
    ModelDirectory directory =
        with(golden, config.replaceFirst("\\{", Matcher.quoteReplacement("{" + keys + ",")));
    assertThatThrownBy(() -> Backbone.openWithHead(directory).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }
}
