package dev.weft.models.opt;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import java.io.IOException;

/**
 * What an OPT's {@code config.json} says, under Hugging Face's keys.
 *
 * @param removeFinalLayerNorm {@code _remove_final_layer_norm}: checkpoints trained on before a fix
 *     of the model do without the last norm
 */
public record OptConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int ffnDim,
    int maxPositionEmbeddings,
    boolean doLayerNormBefore,
    boolean removeFinalLayerNorm,
    int wordEmbedProjDim,
    double dropout,
    double attentionDropout,
    int numAttentionHeads,
    String activationFunction,
    boolean enableBias,
    boolean layerNormElementwiseAffine) {
  /** Refuses what cannot be an OPT. */
  public OptConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("ffn_dim", ffnDim);
    positive("max_position_embeddings", maxPositionEmbeddings);
    positive("word_embed_proj_dim", wordEmbedProjDim);
    positive("num_attention_heads", numAttentionHeads);
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hidden_size %d is not a multiple of num_attention_heads %d"
              .formatted(hiddenSize, numAttentionHeads));
    }
    probability("dropout", dropout);
    probability("attention_dropout", attentionDropout);
    Activations.named("activation_function", activationFunction);
  }

  private static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " " + value + " is not positive");
    }
  }

  private static void probability(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(key + " " + value + " is not in [0, 1)");
    }
  }

  /** Whether words are embedded in vectors of another size than the layers work with. */
  boolean projects() {
    return wordEmbedProjDim != hiddenSize;
  }

  /** Whether a norm follows the last layer. */
  boolean endsWithNorm() {
    return doLayerNormBefore && !removeFinalLayerNorm;
  }

  /** Reads the keys; absent ones have the defaults of transformers' OPTConfig. */
  static OptConfig read(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 768);
    try {
      OptConfig config =
          new OptConfig(
              json.integer("vocab_size", 50272),
              hidden,
              json.integer("num_hidden_layers", 12),
              json.integer("ffn_dim", 3072),
              json.integer("max_position_embeddings", 2048),
              json.flag("do_layer_norm_before", true),
              json.flag("_remove_final_layer_norm", false),
              json.integer("word_embed_proj_dim", hidden),
              json.number("dropout", 0.1),
              json.number("attention_dropout", 0),
              json.integer("num_attention_heads", 12),
              json.text("activation_function", "relu"),
              json.flag("enable_bias", true),
              json.flag("layer_norm_elementwise_affine", true));
      // Of training: whole layers left out, which Weft does not do; a dropout that OPT has no more.
      // output_projection: of the conversion; no version of transformers reads it.
      json.harmless("layerdrop", "activation_dropout", "init_std", "output_projection");
      return config;
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
