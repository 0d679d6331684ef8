package dev.weft.models.bart;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.ConfigValues;
import dev.weft.models.HeadConfig;
import java.io.IOException;

/**
 * What a BART's {@code config.json} says, under Hugging Face's keys.
 *
 * @param encoder what is particular to the encoder
 * @param decoder what is particular to the decoder
 * @param scaleEmbedding whether token vectors are multiplied by the square root of their size
 * @param decoderStartTokenId what the decoder reads before what the encoder reads
 * @param eosTokenId ends a text; a classifier reads the decoder's state there
 */
public record BartConfig(
    int vocabSize,
    int maxPositionEmbeddings,
    int dModel,
    Stack encoder,
    Stack decoder,
    String activationFunction,
    double dropout,
    double attentionDropout,
    double activationDropout,
    boolean scaleEmbedding,
    int decoderStartTokenId,
    int eosTokenId) {
  /** Every norm's epsilon: PyTorch's default, which no key changes. */
  static final double LAYER_NORM_EPS = 1e-5;

  /**
   * One of the two stacks.
   *
   * @param name encoder or decoder, the prefix of its keys
   */
  public record Stack(String name, int layers, int attentionHeads, int ffnDim) {
    /** Refuses what cannot be a stack. */
    public Stack {
      ConfigValues.positive(name + "_layers", layers);
      ConfigValues.positive(name + "_attention_heads", attentionHeads);
      ConfigValues.positive(name + "_ffn_dim", ffnDim);
    }

    private static Stack read(ConfigJson json, String name) throws IOException {
      return new Stack(
          name,
          json.integer(name + "_layers", 12),
          json.integer(name + "_attention_heads", 16),
          json.integer(name + "_ffn_dim", 4096));
    }
  }

  /** Refuses what cannot be a BART. */
  public BartConfig {
    ConfigValues.positive("vocab_size", vocabSize);
    ConfigValues.positive("max_position_embeddings", maxPositionEmbeddings);
    ConfigValues.positive("d_model", dModel);
    ConfigValues.multiple("d_model", dModel, "encoder_attention_heads", encoder.attentionHeads);
    ConfigValues.multiple("d_model", dModel, "decoder_attention_heads", decoder.attentionHeads);
    ConfigValues.probability("dropout", dropout);
    ConfigValues.probability("attention_dropout", attentionDropout);
    ConfigValues.probability("activation_dropout", activationDropout);
    Activations.named("activation_function", activationFunction);
  }

  /** Reads the keys; absent ones have the defaults of transformers' BartConfig. */
  static BartConfig read(ConfigJson json) throws IOException {
    try {
      Stack encoder = Stack.read(json, "encoder");
      // Second names of the encoder's keys, which win where a file has both.
      Stack named =
          new Stack(
              encoder.name,
              json.integer("num_hidden_layers", encoder.layers),
              json.integer("num_attention_heads", encoder.attentionHeads),
              encoder.ffnDim);
      return new BartConfig(
          json.integer("vocab_size", 50265),
          json.integer("max_position_embeddings", 1024),
          json.integer("hidden_size", json.integer("d_model", 1024)),
          named,
          Stack.read(json, "decoder"),
          json.text("activation_function", "gelu"),
          json.number("dropout", 0.1),
          json.number("attention_dropout", 0),
          json.number("activation_dropout", 0),
          json.flag("scale_embedding", false),
          json.integer("decoder_start_token_id", 2),
          json.integers("eos_token_id").stream().findFirst().orElse(2));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }

  /** What the config says of heads: three classes where it does not say. */
  static HeadConfig heads(ConfigJson json) throws IOException {
    boolean named = json.has("id2label") || json.has("num_labels") || json.has("_num_labels");
    HeadConfig heads = HeadConfig.read(json, "classifier_dropout", 0);
    return named ? heads : new HeadConfig(heads.tieWordEmbeddings(), 3, heads.classifierDropout());
  }

  /** Accepts what else BARTs' configs hold, and refuses what is left. */
  static void accept(ConfigJson json) throws IOException {
    json.pinned("add_bias_logits", "false");
    json.pinned("add_final_layer_norm", "false");
    json.pinned("normalize_before", "false");
    json.pinned("normalize_embedding", "true");
    json.pinned("do_blenderbot_90_layernorm", "false");
    json.pinned("static_position_embeddings", "false");
    json.pinned("extra_pos_embeddings", "2");
    json.harmless(
        "classif_dropout",
        "decoder_layerdrop", // drops layers whole where transformers itself trains
        "encoder_layerdrop",
        "eos_token_ids",
        "force_bos_token_to_be_generated",
        "init_std",
        "is_decoder",
        "is_encoder_decoder",
        "replacing_rate",
        "save_step",
        "student_decoder_layers",
        "student_encoder_layers");
    json.general();
    json.finish();
  }
}
