package dev.weft.models.gpt2;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import java.io.IOException;

/** What a GPT-2's {@code config.json} says, under Hugging Face's keys. */
public record Gpt2Config(
    int vocabSize,
    int nPositions,
    int nEmbd,
    int nLayer,
    int nHead,
    int nInner,
    String activationFunction,
    double residPdrop,
    double embdPdrop,
    double attnPdrop,
    double layerNormEpsilon,
    boolean scaleAttnWeights,
    boolean scaleAttnByInverseLayerIdx) {
  /** Refuses what cannot be a GPT-2. */
  public Gpt2Config {
    positive("vocab_size", vocabSize);
    positive("n_positions", nPositions);
    positive("n_embd", nEmbd);
    positive("n_layer", nLayer);
    positive("n_head", nHead);
    positive("n_inner", nInner);
    if (nEmbd % nHead != 0) {
      throw new IllegalArgumentException(
          "n_embd " + nEmbd + " is not a multiple of n_head " + nHead);
    }
    probability("resid_pdrop", residPdrop);
    probability("embd_pdrop", embdPdrop);
    probability("attn_pdrop", attnPdrop);
    if (!(layerNormEpsilon > 0)) {
      throw new IllegalArgumentException(
          "layer_norm_epsilon " + layerNormEpsilon + " is not positive");
    }
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

  /** Reads the keys; absent ones have the defaults of transformers' GPT2Config. */
  static Gpt2Config read(ConfigJson json) throws IOException {
    int hidden = either(json, "n_embd", "hidden_size", 768);
    try {
      Gpt2Config config =
          new Gpt2Config(
              json.integer("vocab_size", 50257),
              either(json, "n_positions", "max_position_embeddings", 1024),
              hidden,
              either(json, "n_layer", "num_hidden_layers", 12),
              either(json, "n_head", "num_attention_heads", 12),
              json.integer("n_inner", 4 * hidden),
              json.text("activation_function", "gelu_new"),
              json.number("resid_pdrop", 0.1),
              json.number("embd_pdrop", 0.1),
              json.number("attn_pdrop", 0.1),
              json.number("layer_norm_epsilon", 1e-5),
              json.flag("scale_attn_weights", true),
              json.flag("scale_attn_by_inverse_layer_idx", false));
      // The order of the same products; the head of GPT2DoubleHeadsModel; the length of old masks.
      json.harmless(
          "reorder_and_upcast_attn",
          "summary_type",
          "summary_use_proj",
          "summary_activation",
          "summary_proj_to_labels",
          "summary_first_dropout",
          "n_ctx");
      return config;
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }

  /** A key under GPT-2's name or, as transformers allows, under the usual one. */
  private static int either(ConfigJson json, String key, String usual, int otherwise)
      throws IOException {
    return json.integer(key, json.integer(usual, otherwise));
  }
}
