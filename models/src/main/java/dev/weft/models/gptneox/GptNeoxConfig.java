package dev.weft.models.gptneox;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.RotaryConfig;
import java.io.IOException;

/** What a GPT-NeoX's {@code config.json} says, under Hugging Face's keys. */
public record GptNeoxConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    String hiddenAct,
    double attentionDropout,
    double hiddenDropout,
    int maxPositionEmbeddings,
    double layerNormEps,
    boolean useParallelResidual,
    boolean attentionBias,
    RotaryConfig rotary) {
  /** Refuses what cannot be a GPT-NeoX. */
  public GptNeoxConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("intermediate_size", intermediateSize);
    positive("max_position_embeddings", maxPositionEmbeddings);
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hidden_size %d is not a multiple of num_attention_heads %d"
              .formatted(hiddenSize, numAttentionHeads));
    }
    probability("attention_dropout", attentionDropout);
    probability("hidden_dropout", hiddenDropout);
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

  /** Size of a head. */
  public int headDim() {
    return hiddenSize / numAttentionHeads;
  }

  /** Reads the keys; absent ones have the defaults of transformers' GPTNeoXConfig. */
  static GptNeoxConfig read(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 6144);
    int heads = json.integer("num_attention_heads", 64);
    int maxPositions = json.integer("max_position_embeddings", 2048);
    if (heads < 1 || hidden < heads) {
      throw json.error("hidden_size %d of %d num_attention_heads".formatted(hidden, heads));
    }
    // Written beside hidden_dropout and attention_dropout by some, and read by nobody.
    json.harmless("attention_probs_dropout_prob", "hidden_dropout_prob");
    // rotary_emb_base and rotary_pct are the names of before rope_parameters.
    RotaryConfig rotary =
        RotaryConfig.read(
            RotaryConfig.parameters(json),
            hidden / heads,
            maxPositions,
            json.number("rotary_emb_base", 10000),
            json.number("rotary_pct", 0.25),
            0);
    try {
      return new GptNeoxConfig(
          json.integer("vocab_size", 50432),
          hidden,
          json.integer("num_hidden_layers", 44),
          heads,
          json.integer("intermediate_size", 24576),
          json.text("hidden_act", "gelu"),
          json.number("attention_dropout", 0),
          json.number("hidden_dropout", 0),
          maxPositions,
          json.number("layer_norm_eps", 1e-5),
          json.flag("use_parallel_residual", true),
          json.flag("attention_bias", true),
          rotary);
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
