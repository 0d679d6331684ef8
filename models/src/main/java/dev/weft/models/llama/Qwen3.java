package dev.weft.models.llama;

import dev.weft.models.ConfigJson;
import dev.weft.models.LayerTypes;
import dev.weft.models.Parts;
import dev.weft.models.RotaryConfig;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;

/**
 * Qwen3 (Yang et al. 2025) as transformers' Qwen3Model: Llama with norms of every head's query and
 * key, and a window in some layers; see {@link LlamaStack}.
 */
public final class Qwen3 {
  private Qwen3() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return LlamaStack.load(shape(json), json, checkpoint, architecture);
  }

  /** Reads the keys; absent ones have the defaults of transformers' Qwen3Config. */
  private static LlamaShape shape(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 4096);
    int layers = LayerTypes.count(json, 32);
    int heads = json.integer("num_attention_heads", 32);
    int headDim = json.integer("head_dim", 128);
    int maxPositions = json.integer("max_position_embeddings", 32768);
    boolean biased = json.flag("attention_bias", false);
    try {
      return new LlamaShape(
          "Qwen3",
          json.integer("vocab_size", 151936),
          hidden,
          json.integer("intermediate_size", 22016),
          layers,
          heads,
          LlamaShape.keyValueHeads(json, heads, 32),
          headDim,
          json.text("hidden_act", "silu"),
          json.number("rms_norm_eps", 1e-6),
          maxPositions,
          json.number("attention_dropout", 0),
          biased,
          biased,
          false,
          true,
          QwenWindows.read(json, layers),
          RotaryConfig.read(json, headDim, maxPositions));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
