package dev.weft.models.t5;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
import dev.weft.models.RelativeBias.Buckets;
import java.io.IOException;

/**
 * What the {@code config.json} of a T5, mT5 or UMT5 says, under Hugging Face's keys.
 *
 * @param denseActFn the activation between the layers of a feed-forward
 * @param isGatedAct whether a second projection multiplies the activated one
 * @param scaleDecoderOutputs whether the output embedding reads the decoder's states divided by the
 *     square root of their size
 * @param biasPerLayer whether every layer has a relative bias of its own, as UMT5's have, and not
 *     the first one for all
 * @param nPositions how long the texts were that it was made for, which limits nothing
 */
public record T5Config(
    int vocabSize,
    int dModel,
    int dKv,
    int dFf,
    int numLayers,
    int numDecoderLayers,
    int numHeads,
    int relativeAttentionNumBuckets,
    int relativeAttentionMaxDistance,
    double dropoutRate,
    double layerNormEpsilon,
    String denseActFn,
    boolean isGatedAct,
    boolean scaleDecoderOutputs,
    boolean biasPerLayer,
    int nPositions) {
  /** Refuses what cannot be a T5. */
  public T5Config {
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("d_model", dModel);
    ConfigValues.positive("d_kv", dKv);
    ConfigValues.positive("d_ff", dFf);
    ConfigValues.positive("num_layers", numLayers);
    ConfigValues.positive("num_decoder_layers", numDecoderLayers);
    ConfigValues.positive("num_heads", numHeads);
    ConfigValues.positive("n_positions", nPositions);
    ConfigValues.probability("dropout_rate", dropoutRate);
    ConfigValues.positive("layer_norm_epsilon", layerNormEpsilon);
    new Buckets(relativeAttentionNumBuckets, relativeAttentionMaxDistance, true);
    Activations.named("dense_act_fn", denseActFn);
  }

  /** Which distances share a bias; {@code ahead} in the encoder. */
  Buckets buckets(boolean ahead) {
    return new Buckets(relativeAttentionNumBuckets, relativeAttentionMaxDistance, ahead);
  }

  /** Width of the queries, keys and values of all heads. */
  int inner() {
    return Math.multiplyExact(numHeads, dKv);
  }

  /**
   * Reads the keys; absent ones have the defaults of transformers' config of the same model_type.
   */
  static T5Config read(ConfigJson json) throws IOException {
    String type = json.text("model_type");
    boolean t5 = type.equals("t5");
    String[] projection = json.text("feed_forward_proj", t5 ? "relu" : "gated-gelu").split("-", -1);
    if (projection.length > 2 || (projection.length == 2 && !projection[0].equals("gated"))) {
      throw json.error(
          "feed_forward_proj "
              + String.join("-", projection)
              + " is neither an activation nor \"gated-\" and an activation");
    }
    String activation = projection[projection.length - 1];
    boolean gated = projection.length == 2;
    // The published v1.1 files say gelu and mean its approximation.
    String implied = gated && activation.equals("gelu") ? "gelu_new" : activation;
    int layers = json.integer("num_hidden_layers", json.integer("num_layers", t5 ? 6 : 8));
    // Of an mT5, transformers reads tie_word_embeddings nowhere; of a UMT5 it scales in any case.
    boolean tied = json.flag("tie_word_embeddings", true);
    boolean scales = t5 ? json.flag("scale_decoder_outputs", tied) : type.equals("umt5");
    T5Config config;
    try {
      config =
          new T5Config(
              json.integer("vocab_size", t5 ? 32128 : 250112),
              json.integer("hidden_size", json.integer("d_model", 512)),
              json.integer("head_dim", json.integer("d_kv", 64)),
              json.integer("d_ff", t5 ? 2048 : 1024),
              layers,
              json.integer("num_decoder_layers", layers),
              json.integer("num_attention_heads", json.integer("num_heads", t5 ? 8 : 6)),
              json.integer("relative_attention_num_buckets", 32),
              json.integer("relative_attention_max_distance", 128),
              json.number("dropout_rate", 0.1),
              json.number("layer_norm_epsilon", 1e-6),
              json.text("dense_act_fn", implied),
              json.flag("is_gated_act", gated),
              scales,
              type.equals("umt5"),
              json.integer("n_positions", 512));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    return config;
  }

  /** Accepts what else T5s' configs hold, and refuses what is left. */
  static void accept(ConfigJson json) throws IOException {
    json.harmless(
        "initializer_factor",
        "is_decoder",
        "is_encoder_decoder",
        "scalable_attention",
        "scale_decoder_outputs");
    json.general();
    json.finish();
  }
}
