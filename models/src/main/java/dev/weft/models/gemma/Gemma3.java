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

/** The text model of Gemma 3 (Gemma Team 2025) as transformers' Gemma3TextModel. */
public final class Gemma3 {
  private static final DecoderHeads.Names NAMES =
      new DecoderHeads.Names(
          "Gemma3ForCausalLM",
          "Gemma3TextForSequenceClassification",
          "",
          "model",
          "embed_tokens",
          "lm_head",
          "lm_head",
          "score");

  private Gemma3() {}

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    GemmaShape shape = shape(json);
    DecoderHeads heads = DecoderHeads.read(json, NAMES, true, "classifier_dropout", 0.1);
    json.finish();
    return heads.load(
        architecture, checkpoint, p -> new GemmaStack(shape, p), name -> name.endsWith("inv_freq"));
  }

  /** Reads the keys; absent ones have the defaults of transformers' Gemma3TextConfig. */
  private static GemmaShape shape(ConfigJson json) throws IOException {
    int layers = LayerTypes.count(json, 26);
    int headDim = json.integer("head_dim", 256);
    int maxPositions = json.integer("max_position_embeddings", 131072);
    boolean bidirectional = json.flag("use_bidirectional_attention", false);
    int window = json.integer("sliding_window", 4096);
    // Read by transformers and then left out of the attention of this family.
    json.harmless("attn_logit_softcapping", "_sliding_window_pattern", "hidden_act");
    try {
      return new GemmaShape(
          "Gemma3",
          json.integer("vocab_size", 262208),
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
          0,
          true,
          bidirectional,
          slide(json, layers),
          bidirectional ? window / 2 + 1 : window,
          rotary(json, "full_attention", "rope_theta", 1e6, headDim, maxPositions),
          rotary(json, "sliding_attention", "rope_local_base_freq", 1e4, headDim, maxPositions));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }

  /** {@code layer_types}, or where it is absent all but every {@code sliding_window_pattern}th. */
  private static List<Boolean> slide(ConfigJson json, int layers) throws IOException {
    int pattern = json.integer("sliding_window_pattern", 6);
    List<Boolean> slide = new ArrayList<>(LayerTypes.slide(json));
    if (pattern < 1) {
      throw json.error("sliding_window_pattern " + pattern + " is not positive");
    }
    if (slide.isEmpty()) {
      for (int i = 0; i < layers; i++) {
        slide.add((i + 1) % pattern != 0);
      }
    }
    if (slide.size() != layers) {
      throw json.error("layer_types: expected %d, got %d".formatted(layers, slide.size()));
    }
    return slide;
  }

  /**
   * The angles of one type of layers: {@code rope_parameters} holds an object for each; older
   * configs have a base for each beside a {@code rope_scaling} for the layers that see everything.
   */
  private static RotaryConfig rotary(
      ConfigJson json, String type, String thetaKey, double theta, int headDim, int maxPositions)
      throws IOException {
    double base = json.number(thetaKey, theta);
    ConfigJson both = json.object("rope_parameters").orElse(json.empty());
    for (String key : both.unread()) {
      if (!key.equals("full_attention") && !key.equals("sliding_attention")) {
        throw json.error("rope_parameters: expected full_attention, sliding_attention, got " + key);
      }
    }
    ConfigJson own = both.object(type).orElse(json.empty());
    ConfigJson scaling = json.object("rope_scaling").orElse(json.empty());
    boolean older = type.equals("full_attention") && !scaling.unread().isEmpty();
    // transformers looks for truncate beside the objects of the two types, where it never is.
    return RotaryConfig.read(older ? scaling : own, headDim, maxPositions, base, 1, 0).truncated();
  }
}
