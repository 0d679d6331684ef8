package dev.weft.models.llama;

import dev.weft.models.ConfigJson;
import dev.weft.models.LayerTypes;
import dev.weft.models.Parts;
import dev.weft.models.RotaryConfig;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;

/**
 * Qwen2 (Yang et al. 2024) as transformers' Qwen2Model: Llama with biases on queries, keys and
 * values, and a window in some layers; see {@link LlamaStack}.
 */
public final class Qwen2 {
  private Qwen2() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return LlamaStack.load(shape(json), json, checkpoint, architecture);
  }

  /** Reads the keys; absent ones have the defaults of transformers' Qwen2Config. */
  private static LlamaShape shape(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 4096);
    int layers = LayerTypes.count(json, 32);
    int heads = json.integer("num_attention_heads", 32);
    int headDim = LlamaShape.headDim(json, hidden, heads);
    int maxPositions = json.integer("max_position_embeddings", 32768);
    try {
      return new LlamaShape(
          "Qwen2",
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
          true,
          false,
          false,
          false,
          QwenWindows.read(json, layers),
          RotaryConfig.read(json, headDim, maxPositions));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
