package dev.weft.models.gemma;

import dev.weft.models.ConfigJson;
import dev.weft.models.DecoderHeads;
import dev.weft.models.LayerTypes;
import dev.weft.models.Parts;
import dev.weft.models.RotaryConfig;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gemma 2 (Gemma Team 2024) as transformers' Gemma2Model; see {@link GemmaStack}. */
public final class Gemma2 {
  private Gemma2() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    GemmaShape shape = shape(json);
    // The one family whose logits are capped where the key is absent.
    double softcap = json.names("final_logit_softcapping") ? 0 : 30;
    DecoderHeads heads =
        DecoderHeads.read(json, DecoderHeads.Names.of("Gemma2"), true, "classifier_dropout", 0.1);
    json.finish();
    return (softcap == 0 ? heads : heads.withSoftcap((float) softcap))
        .load(
            architecture,
            checkpoint,
            p -> new GemmaStack(shape, p),
            name -> name.endsWith("rotary_emb.inv_freq"));
  }

  /** Reads the keys; absent ones have the defaults of transformers' Gemma2Config. */
  private static GemmaShape shape(ConfigJson json) throws IOException {
    int layers = LayerTypes.count(json, 26);
    int headDim = json.integer("head_dim", 256);
    int maxPositions = json.integer("max_position_embeddings", 8192);
    RotaryConfig rotary = RotaryConfig.read(json, headDim, maxPositions);
    List<Boolean> slide = new ArrayList<>(LayerTypes.slide(json));
    if (slide.isEmpty()) {
      for (int i = 0; i < layers; i++) {
        slide.add(i % 2 == 0);
      }
    }
    if (slide.size() != layers) {
      throw json.error("layer_types: expected %d, got %d".formatted(layers, slide.size()));
    }
    boolean uncapped = json.names("attn_logit_softcapping") && !json.has("attn_logit_softcapping");
    // Named by published checkpoints beside hidden_activation and sliding_window; transformers
    // reads the latter two only.
    json.harmless("hidden_act", "sliding_window_size");
    json.pinned("use_bidirectional_attention", "false");
    try {
      return new GemmaShape(
          "Gemma2",
          json.integer("vocab_size", 256000),
          json.integer("hidden_size", 2304),
          json.integer("intermediate_size", 9216),
          json.integer("num_attention_heads", 8),
          json.integer("num_key_value_heads", 4),
          headDim,
          json.text("hidden_activation", "gelu_pytorch_tanh"),
          json.number("rms_norm_eps", 1e-6),
          maxPositions,
          json.number("attention_dropout", 0),
          json.flag("attention_bias", false),
          json.number("query_pre_attn_scalar", 256),
          uncapped ? 0 : json.number("attn_logit_softcapping", 50),
          false,
          false,
          slide,
          json.integer("sliding_window", 4096),
          rotary,
          rotary);
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
