package dev.weft.models.llama;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.RotaryConfig;
import java.io.IOException;
import java.util.List;

/**
 * The sizes and options of a {@link LlamaStack}, under Hugging Face's keys where a key says them.
 *
 * @param family how to call the model
 * @param headDim size of a head
 * @param queryKeyValueBias whether {@code q_proj}, {@code k_proj} and {@code v_proj} have biases
 * @param outputBias whether {@code o_proj} has one
 * @param mlpBias whether the feed-forward has biases
 * @param headNorms whether every head's query and key pass an RMS norm
 * @param windows of each layer, how many tokens a query sees, itself included; 0 for all
 */
record LlamaShape(
    String family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    String hiddenAct,
    double rmsNormEps,
    int maxPositionEmbeddings,
    double attentionDropout,
    boolean queryKeyValueBias,
    boolean outputBias,
    boolean mlpBias,
    boolean headNorms,
    List<Integer> windows,
    RotaryConfig rotary) {
  /** Refuses what cannot be a model. */
  LlamaShape {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("num_key_value_heads", numKeyValueHeads);
    positive("head_dim", headDim);
    positive("max_position_embeddings", maxPositionEmbeddings);
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads %d is not a multiple of num_key_value_heads %d"
              .formatted(numAttentionHeads, numKeyValueHeads));
    }
    if (!(rmsNormEps > 0)) {
      throw new IllegalArgumentException("rms_norm_eps " + rmsNormEps + " is not positive");
    }
    if (!(attentionDropout >= 0 && attentionDropout < 1)) {
      throw new IllegalArgumentException(
          "attention_dropout " + attentionDropout + " is not in [0, 1)");
    }
    if (windows.size() != numHiddenLayers) {
      throw new IllegalArgumentException(
          "layer_types: expected %d, one a layer, got %d"
              .formatted(numHiddenLayers, windows.size()));
    }
    for (int window : windows) {
      if (window < 0) {
        throw new IllegalArgumentException("sliding_window " + window + " is negative");
      }
    }
    Activations.named("hidden_act", hiddenAct);
  }

  private static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " " + value + " is not positive");
    }
  }

  /** The window of a layer; 0 for none. */
  int window(int layer) {
    return windows.get(layer);
  }

  /**
   * {@code num_key_value_heads}: as many as query heads where null, {@code otherwise} where absent.
   */
  static int keyValueHeads(ConfigJson json, int heads, int otherwise) throws IOException {
    boolean isNull = json.names("num_key_value_heads") && !json.has("num_key_value_heads");
    return isNull ? heads : json.integer("num_key_value_heads", otherwise);
  }

  /** {@code head_dim}, or where it is absent the equal part of the hidden size. */
  static int headDim(ConfigJson json, int hiddenSize, int heads) throws IOException {
    if (json.has("head_dim")) {
      return json.integer("head_dim");
    }
    json.harmless("head_dim");
    if (heads < 1 || hiddenSize % heads != 0) {
      throw json.error(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
    return hiddenSize / heads;
  }
}
