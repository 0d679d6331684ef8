package dev.weft.models.bert;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
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
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("hidden_size", hiddenSize);
    ConfigValues.positive("num_hidden_layers", numHiddenLayers);
    ConfigValues.positive("num_attention_heads", numAttentionHeads);
    ConfigValues.positive("intermediate_size", intermediateSize);
    ConfigValues.positive("max_position_embeddings", maxPositionEmbeddings);
    ConfigValues.positive("type_vocab_size", typeVocabSize);
    ConfigValues.multiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    ConfigValues.probability("hidden_dropout_prob", hiddenDropoutProb);
    ConfigValues.probability("attention_probs_dropout_prob", attentionProbsDropoutProb);
    ConfigValues.positive("layer_norm_eps", layerNormEps);
    Activations.named("hidden_act", hiddenAct);
  }

  /**
   * Reads the stack's keys; absent ones have the defaults of transformers' BertConfig.
   *
   * @param vocabSize where the config has none
   */
  public static BertConfig read(ConfigJson json, int vocabSize) throws IOException {
    BertConfig config;
    try {
      config =
          new BertConfig(
              json.integer("vocab_size", vocabSize),
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
