package dev.weft.models.distilbert;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
import java.io.IOException;

/** What a DistilBERT's {@code config.json} says, under Hugging Face's keys. */
record DistilBertConfig(
    int vocabSize,
    int dim,
    int nLayers,
    int nHeads,
    int hiddenDim,
    String activation,
    double dropout,
    double attentionDropout,
    int maxPositionEmbeddings) {
  /** Refuses what cannot be a DistilBERT. */
  DistilBertConfig {
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("dim", dim);
    ConfigValues.positive("n_layers", nLayers);
    ConfigValues.positive("n_heads", nHeads);
    ConfigValues.positive("hidden_dim", hiddenDim);
    ConfigValues.positive("max_position_embeddings", maxPositionEmbeddings);
    ConfigValues.multiple("dim", dim, "n_heads", nHeads);
    ConfigValues.probability("dropout", dropout);
    ConfigValues.probability("attention_dropout", attentionDropout);
    Activations.named("activation", activation);
  }

  /** Reads the stack's keys; absent ones have the defaults of transformers' DistilBertConfig. */
  static DistilBertConfig read(ConfigJson json) throws IOException {
    DistilBertConfig config;
    try {
      config =
          new DistilBertConfig(
              json.integer("vocab_size", 30522),
              json.integer("dim", 768),
              json.integer("n_layers", 6),
              json.integer("n_heads", 12),
              json.integer("hidden_dim", 3072),
              json.text("activation", "gelu"),
              json.number("dropout", 0.1),
              json.number("attention_dropout", 0.1),
              json.integer("max_position_embeddings", 512));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    // Sinusoids are how the position table was first filled; the checkpoint stores it either way.
    json.harmless("sinusoidal_pos_embds", "initializer_range");
    json.harmless("qa_dropout", "tie_weights_");
    json.pinned("is_decoder", "false");
    json.standsAlone();
    json.general();
    return config;
  }
}
