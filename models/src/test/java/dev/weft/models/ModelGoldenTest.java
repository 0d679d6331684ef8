package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every output of tiny models of every family against transformers, over unmasked positions. A row
 * here is a directory of {@code goldens/models}, which holds a model and, for several batches of
 * inputs, what the reference makes of them: {@code <batch>.input_ids}, {@code
 * <batch>.last_hidden_state} ...
 */
class ModelGoldenTest {
  /** Largest difference relative to max(1, largest reference value). */
  private static final double TOLERANCE = 1e-5;

  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "token_type_ids", "decoder_input_ids");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert_masked_lm",
        "bert_masked_lm_untied",
        "bert_sequence_classification",
        "bert_token_classification_attentions",
        "roberta_attentions",
        "roberta_masked_lm",
        "roberta_masked_lm_untied",
        "roberta_sequence_classification",
        "xlm_roberta_masked_lm",
        "xlm_roberta_no_pooler",
        "xlm_roberta_token_classification",
        "distilbert_attentions",
        "distilbert_masked_lm",
        "distilbert_masked_lm_untied",
        "distilbert_sequence_classification",
        "distilbert_token_classification",
        "mpnet_attentions",
        "mpnet_masked_lm",
        "mpnet_masked_lm_untied",
        "mpnet_sequence_classification",
        "mpnet_token_classification",
        "modernbert_attentions",
        "modernbert_masked_lm",
        "modernbert_masked_lm_biased_untied",
        "modernbert_masked_lm_no_decoder_bias",
        "modernbert_sequence_classification",
        "modernbert_sequence_classification_mean",
        "modernbert_token_classification",
        "t5_v1_0",
        "t5_v1_1",
        "t5_mt5_bf16",
        "t5_umt5",
        "t5_encoder_f16",
        "t5_stack_gelu",
        "t5_classifier",
        "t5_tokens",
        "bart_summarizer",
        "bart_stack_f16",
        "bart_classifier",
        "bart_untied_bf16",
        "llama_attentions",
        "llama_linear",
        "llama_dynamic",
        "llama_yarn",
        "llama_yarn_mscale",
        "llama_llama3",
        "llama_longrope",
        "llama_old_keys",
        "llama_sequence_classification",
        "llama_token_classification",
        "llama_stack",
        "mistral_attentions",
        "mistral_no_window",
        "mistral_sequence_classification",
        "qwen2_attentions",
        "qwen2_unused_window",
        "qwen2_token_classification",
        "qwen3_attentions",
        "qwen3_windows",
        "qwen3_sequence_classification",
        "gemma2_attentions",
        "gemma2_uncapped",
        "gemma2_old_keys",
        "gemma2_token_classification",
        "gemma3_attentions",
        "gemma3_old_keys",
        "gemma3_bidirectional",
        "gemma3_sequence_classification",
        "gpt2_attentions",
        "gpt2_layer_scale",
        "gpt2_old_keys",
        "gpt2_sequence_classification",
        "gpt2_token_classification",
        "gpt_neox_attentions",
        "gpt_neox_sequential",
        "gpt_neox_odd_rotary",
        "gpt_neox_old_keys",
        "gpt_neox_sequence_classification",
        "gpt_neox_token_classification",
        "opt_attentions",
        "opt_350m",
        "opt_no_final_norm",
        "opt_no_affine",
        "opt_sequence_classification"
      })
  void outputsEqualTransformers(String name) throws IOException {
    Path dir = GOLDENS.resolve(name);
    try (Backbone model = Backbone.openWithHead(new ModelDirectory(name, dir));
        Checkpoint golden = Checkpoint.open(dir.resolve("goldens.safetensors"))) {
      List<String> batches =
          golden.names().stream()
              .filter(key -> key.endsWith(".input_ids"))
              .map(key -> key.substring(0, key.length() - ".input_ids".length()))
              .toList();
      assertThat(batches).isNotEmpty();
      for (String batch : batches) {
        compare(name + " " + batch, model, golden, batch + ".");
      }
    }
  }

  private static void compare(String label, Backbone model, Checkpoint golden, String prefix)
      throws IOException {
    PaddedInputs inputs =
        new PaddedInputs(
            golden.tensor(prefix + "input_ids"),
            optional(golden, prefix + "attention_mask"),
            optional(golden, prefix + "token_type_ids"),
            optional(golden, prefix + "decoder_input_ids"));
    Map<String, Tensor> outputs = model.padded().run(inputs, new Outputs(true, true));
    boolean pair = golden.has(prefix + "encoder_last_hidden_state");
    int compared = 0;
    for (String key : golden.names()) {
      String name = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
      if (!name.isEmpty() && !INPUTS.contains(name)) {
        compared++;
        assertThat(outputs).as(label).containsKey(name);
        assertThat(difference(outputs.get(name), golden.tensor(key), dims(name, pair, inputs)))
            .as("%s %s", label, name)
            .isLessThan(TOLERANCE);
      }
    }
    assertThat(compared).as(label).isGreaterThan(1);
  }

  private static Optional<Tensor> optional(Checkpoint golden, String key) throws IOException {
    return golden.has(key) ? Optional.of(golden.tensor(key)) : Optional.empty();
  }

  /** A mask for each dimension of an output that is masked, with the dimension it belongs to. */
  private record Masked(int dim, long[] mask) {}

  /** Which dimensions of an output run over tokens, and which of their places count. */
  private static List<Masked> dims(String name, boolean pair, PaddedInputs inputs) {
    boolean encoder = !pair || name.startsWith("encoder_");
    List<Masked> masked = new ArrayList<>();
    inputs
        .attentionMask()
        .ifPresent(mask -> {
          if (name.contains("attentions.")) {
            if (encoder) {
              masked.add(new Masked(2, mask.toLongs()));
            }
            if (encoder || name.startsWith("cross_")) {
              masked.add(new Masked(3, mask.toLongs()));
            }
          } else if (encoder && !name.equals("pooler_output")) {
            masked.add(new Masked(1, mask.toLongs()));
          }
        });
    return masked;
  }

  private static double difference(Tensor got, Tensor expected, List<Masked> masked) {
    assertThat(got.shape()).isEqualTo(expected.shape());
    float[] actual = got.toFloats();
    float[] reference = expected.toFloats();
    int[] dims = expected.shape().dims();
    double largest = 0;
    double scale = 1;
    for (int i = 0; i < actual.length; i++) {
      if (counts(i, dims, masked)) {
        assertThat(actual[i]).isNotNaN();
        largest = Math.max(largest, Math.abs(actual[i] - reference[i]));
        scale = Math.max(scale, Math.abs(reference[i]));
      } else {
        assertThat(actual[i]).isZero();
      }
    }
    return largest / scale;
  }

  private static boolean counts(int element, int[] dims, List<Masked> masked) {
    int[] index = new int[dims.length];
    for (int d = dims.length - 1, rest = element; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest /= dims[d];
    }
    return masked.stream()
        // Logits of whole sequences have no dimension of tokens.
        .filter(m -> m.dim() < dims.length - (m.dim() == 1 ? 1 : 0))
        .allMatch(m -> m.mask()[index[0] * dims[m.dim()] + index[m.dim()]] == 1);
  }
}
