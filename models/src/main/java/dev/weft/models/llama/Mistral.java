package dev.weft.models.llama;

import dev.weft.models.ConfigJson;
import dev.weft.models.LayerTypes;
import dev.weft.models.Parts;
import dev.weft.models.RotaryConfig;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Collections;

/**
 * Mistral (Jiang et al. 2023) as transformers' MistralModel: Llama where a query sees the last
 * {@code sliding_window} tokens only; see {@link LlamaStack}.
 */
public final class Mistral {
  private Mistral() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return LlamaStack.load(shape(json), json, checkpoint, architecture);
  }

  /** Reads the keys; absent ones have the defaults of transformers' MistralConfig. */
  private static LlamaShape shape(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 4096);
    int layers = LayerTypes.count(json, 32);
    int heads = json.integer("num_attention_heads", 32);
    int headDim = LlamaShape.headDim(json, hidden, heads);
    int maxPositions = json.integer("max_position_embeddings", 131072);
    // A window of null is none; an absent one is the default.
    int window =
        json.names("sliding_window") && !json.has("sliding_window")
            ? 0
            : json.integer("sliding_window", 4096);
    try {
      return new LlamaShape(
          "Mistral",
          json.integer("vocab_size", 32000),
          hidden,
          json.integer("intermediate_size", 14336),
          layers,
          heads,
          LlamaShape.keyValueHeads(json, heads, 8),
          headDim,
          json.text("hidden_act", "silu"),
          json.number("rms_norm_eps", 1e-6),
          maxPositions,
          json.number("attention_dropout", 0),
          false,
          false,
          false,
          false,
          Collections.nCopies(layers, window),
          RotaryConfig.read(json, headDim, maxPositions));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
