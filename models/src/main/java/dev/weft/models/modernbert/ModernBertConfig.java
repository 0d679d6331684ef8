package dev.weft.models.modernbert;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
import dev.weft.models.RotaryConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a ModernBERT's {@code config.json} says, under Hugging Face's keys.
 *
 * @param localAttention width of the window of a sliding layer; half of it lies on either side
 * @param sliding whether each layer sees a window only ({@code layer_types})
 * @param global rotary embedding of the layers that see everything
 * @param local rotary embedding of the sliding layers
 * @param classifierMean whether a classifier reads the mean and not the first token
 */
record ModernBertConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    String hiddenActivation,
    int maxPositionEmbeddings,
    int localAttention,
    List<Boolean> sliding,
    RotaryConfig global,
    RotaryConfig local,
    double normEps,
    boolean normBias,
    boolean attentionBias,
    boolean mlpBias,
    double attentionDropout,
    double embeddingDropout,
    double mlpDropout,
    boolean decoderBias,
    boolean classifierMean,
    boolean classifierBias,
    String classifierActivation) {
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** Refuses what cannot be a ModernBERT. */
  ModernBertConfig {
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("hidden_size", hiddenSize);
    ConfigValues.positive("num_hidden_layers", numHiddenLayers);
    ConfigValues.positive("num_attention_heads", numAttentionHeads);
    ConfigValues.positive("intermediate_size", intermediateSize);
    ConfigValues.positive("max_position_embeddings", maxPositionEmbeddings);
    ConfigValues.multiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    ConfigValues.atLeast("local_attention", localAttention, 0);
    ConfigValues.positive("norm_eps", normEps);
    ConfigValues.probability("attention_dropout", attentionDropout);
    ConfigValues.probability("embedding_dropout", embeddingDropout);
    ConfigValues.probability("mlp_dropout", mlpDropout);
    Activations.named("hidden_activation", hiddenActivation);
    Activations.named("classifier_activation", classifierActivation);
    if (sliding.size() != numHiddenLayers) {
      throw new IllegalArgumentException(
          "layer_types: expected one for each of num_hidden_layers "
              + numHiddenLayers
              + ", got "
              + sliding.size());
    }
  }

  /** Reads the stack's keys; absent ones have the defaults of transformers' ModernBertConfig. */
  static ModernBertConfig read(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 768);
    int heads = json.integer("num_attention_heads", 12);
    int layers = json.integer("num_hidden_layers", 22);
    int positions = json.integer("max_position_embeddings", 8192);
    ModernBertConfig config;
    try {
      ConfigValues.positive("num_attention_heads", heads);
      config =
          new ModernBertConfig(
              json.integer("vocab_size", 50368),
              hidden,
              layers,
              heads,
              json.integer("intermediate_size", 1152),
              json.text("hidden_activation", "gelu"),
              positions,
              json.integer("local_attention", 128),
              sliding(json, layers),
              rotary(
                  json, FULL, hidden / heads, positions, json.number("global_rope_theta", 160000)),
              rotary(
                  json, SLIDING, hidden / heads, positions, json.number("local_rope_theta", 10000)),
              json.number("norm_eps", 1e-5),
              json.flag("norm_bias", false),
              json.flag("attention_bias", false),
              json.flag("mlp_bias", false),
              json.number("attention_dropout", 0),
              json.number("embedding_dropout", 0),
              json.number("mlp_dropout", 0),
              json.flag("decoder_bias", true),
              classifierMean(json),
              json.flag("classifier_bias", false),
              json.text("classifier_activation", "gelu"));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    // How weights are first drawn, how training and other implementations of attention run, and
    // what transformers' model of this family writes and never reads.
    json.harmless("initializer_cutoff_factor", "deterministic_flash_attn", "reference_compile");
    json.harmless("sparse_prediction", "sparse_pred_ignore_index", "repad_logits_with_grad");
    json.harmless("layer_norm_eps", "position_embedding_type");
    json.pinned("is_decoder", "false");
    json.standsAlone();
    json.general();
    return config;
  }

  private static List<Boolean> sliding(ConfigJson json, int layers) throws IOException {
    int every = json.integer("global_attn_every_n_layers", 3);
    ConfigValues.positive("global_attn_every_n_layers", every);
    List<Boolean> sliding = new ArrayList<>();
    if (json.has("layer_types")) {
      for (String type : json.texts("layer_types")) {
        if (!type.equals(SLIDING) && !type.equals(FULL)) {
          throw json.error(
              "layer_types: expected " + SLIDING + " or " + FULL + ", got \"" + type + "\"");
        }
        sliding.add(type.equals(SLIDING));
      }
    } else {
      json.harmless("layer_types"); // null
      for (int i = 0; i < layers; i++) {
        sliding.add(i % every != 0);
      }
    }
    return List.copyOf(sliding);
  }

  /** One object of settings for each type of layer; {@code rope_scaling} is for both. */
  private static RotaryConfig rotary(
      ConfigJson json, String layerType, int headDim, int positions, double theta)
      throws IOException {
    ConfigJson byType = json.object("rope_parameters").orElse(json.empty());
    ConfigJson own = byType.object(layerType).orElse(json.empty());
    byType.harmless(SLIDING, FULL);
    byType.finish();
    ConfigJson both = json.object("rope_scaling").orElse(json.empty());
    RotaryConfig config =
        RotaryConfig.read(both.unread().isEmpty() ? own : both, headDim, positions, theta, 1, 0);
    if (config.dim() != headDim) {
      throw json.error("partial_rotary_factor other than 1 is not supported");
    }
    return config;
  }

  private static boolean classifierMean(ConfigJson json) throws IOException {
    String pooling = json.text("classifier_pooling", "cls");
    return switch (pooling) {
      case "cls" -> false;
      case "mean" -> true;
      default ->
          throw json.error("classifier_pooling " + pooling + " is not supported, only cls, mean");
    };
  }
}
