package dev.weft.models.bert;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import java.io.IOException;

/** What a BERT's {@code config.json} says, under Hugging Face's keys. */
public record BertConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    String hiddenAct,
    double hiddenDropoutProb,
    double attentionProbsDropoutProb,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double initializerRange,
    double layerNormEps) {
  /** Refuses what cannot be a BERT. */
  public BertConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("intermediate_size", intermediateSize);
    positive("max_position_embeddings", maxPositionEmbeddings);
    positive("type_vocab_size", typeVocabSize);
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hidden_size "
              + hiddenSize
              + " is not a multiple of num_attention_heads "
              + numAttentionHeads);
    }
    probability("hidden_dropout_prob", hiddenDropoutProb);
    probability("attention_probs_dropout_prob", attentionProbsDropoutProb);
    if (!(layerNormEps > 0)) {
      throw new IllegalArgumentException("layer_norm_eps " + layerNormEps + " is not positive");
    }
    Activations.named("hidden_act", hiddenAct);
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

  /** Reads the stack's keys; absent ones have the defaults of transformers' BertConfig. */
  static BertConfig read(ConfigJson json) throws IOException {
    BertConfig config;
    try {
      config =
          new BertConfig(
              json.integer("vocab_size", 30522),
              json.integer("hidden_size", 768),
              json.integer("num_hidden_layers", 12),
              json.integer("num_attention_heads", 12),
              json.integer("intermediate_size", 3072),
              json.text("hidden_act", "gelu"),
              json.number("hidden_dropout_prob", 0.1),
              json.number("attention_probs_dropout_prob", 0.1),
              json.integer("max_position_embeddings", 512),
              json.integer("type_vocab_size", 2),
              json.number("initializer_range", 0.02),
              json.number("layer_norm_eps", 1e-12));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    json.pinned("position_embedding_type", "absolute");
    json.harmless("directionality", "pooler_fc_size", "pooler_num_attention_heads");
    json.harmless("pooler_num_fc_layers", "pooler_size_per_head", "pooler_type");
    json.pinned("is_decoder", "false");
    json.standsAlone();
    json.general();
    return config;
  }
}
