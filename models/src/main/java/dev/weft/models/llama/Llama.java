package dev.weft.models.llama;

import dev.weft.models.ConfigJson;
import dev.weft.models.LayerTypes;
import dev.weft.models.Parts;
import dev.weft.models.RotaryConfig;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Collections;

/** Llama 1 to 3 (Touvron et al. 2023) as transformers' LlamaModel; see {@link LlamaStack}. */
public final class Llama {
  private Llama() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return LlamaStack.load(shape(json), json, checkpoint, architecture);
  }

  /** Reads the keys; absent ones have the defaults of transformers' LlamaConfig. */
  private static LlamaShape shape(ConfigJson json) throws IOException {
    int hidden = json.integer("hidden_size", 4096);
    int layers = LayerTypes.count(json, 32);
    int heads = json.integer("num_attention_heads", 32);
    int headDim = LlamaShape.headDim(json, hidden, heads);
    int maxPositions = json.integer("max_position_embeddings", 2048);
    boolean biased = json.flag("attention_bias", false);
    try {
      LlamaShape shape =
          new LlamaShape(
              "Llama",
              json.integer("vocab_size", 32000),
              hidden,
              json.integer("intermediate_size", 11008),
              layers,
              heads,
              LlamaShape.keyValueHeads(json, heads, heads),
              headDim,
              json.text("hidden_act", "silu"),
              json.number("rms_norm_eps", 1e-6),
              maxPositions,
              json.number("attention_dropout", 0),
              biased,
              biased,
              json.flag("mlp_bias", false),
              false,
              Collections.nCopies(layers, 0),
              RotaryConfig.read(json, headDim, maxPositions));
      // Splits products over devices while training; the sums are the same.
      json.harmless("pretraining_tp", "is_llama_config");
      json.pinned("rope_interleaved", "false");
      return shape;
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
