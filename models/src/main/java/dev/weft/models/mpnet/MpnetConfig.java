package dev.weft.models.mpnet;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
import dev.weft.models.RelativeBias.Buckets;
import java.io.IOException;

/** What an MPNet's {@code config.json} says, under Hugging Face's keys. */
record MpnetConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    String hiddenAct,
    double hiddenDropoutProb,
    double attentionProbsDropoutProb,
    int maxPositionEmbeddings,
    double layerNormEps,
    int relativeAttentionNumBuckets) {
  /** What transformers' model computes buckets for, whatever the config says. */
  static final Buckets BUCKETS = new Buckets(32, 128, true);

  /** Refuses what cannot be an MPNet. */
  MpnetConfig {
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("hidden_size", hiddenSize);
    ConfigValues.positive("num_hidden_layers", numHiddenLayers);
    ConfigValues.positive("num_attention_heads", numAttentionHeads);
    ConfigValues.positive("intermediate_size", intermediateSize);
    ConfigValues.multiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    ConfigValues.probability("hidden_dropout_prob", hiddenDropoutProb);
    ConfigValues.probability("attention_probs_dropout_prob", attentionProbsDropoutProb);
    ConfigValues.positive("layer_norm_eps", layerNormEps);
    ConfigValues.atLeast("max_position_embeddings", maxPositionEmbeddings, 3);
    ConfigValues.atLeast(
        "relative_attention_num_buckets", relativeAttentionNumBuckets, BUCKETS.count());
    Activations.named("hidden_act", hiddenAct);
  }

  /** Reads the stack's keys; absent ones have the defaults of transformers' MPNetConfig. */
  static MpnetConfig read(ConfigJson json) throws IOException {
    MpnetConfig config;
    try {
      config =
          new MpnetConfig(
              json.integer("vocab_size", 30527),
              json.integer("hidden_size", 768),
              json.integer("num_hidden_layers", 12),
              json.integer("num_attention_heads", 12),
              json.integer("intermediate_size", 3072),
              json.text("hidden_act", "gelu"),
              json.number("hidden_dropout_prob", 0.1),
              json.number("attention_probs_dropout_prob", 0.1),
              json.integer("max_position_embeddings", 512),
              json.number("layer_norm_eps", 1e-12),
              json.integer("relative_attention_num_buckets", 32));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    json.pinned("is_decoder", "false");
    json.standsAlone();
    json.general();
    return config;
  }
}
