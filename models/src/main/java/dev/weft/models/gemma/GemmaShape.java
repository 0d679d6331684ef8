package dev.weft.models.gemma;

import dev.weft.models.Activations;
import dev.weft.models.RotaryConfig;
import java.util.List;

/**
 * The sizes and options of a {@link GemmaStack}, under Hugging Face's keys where a key says them.
 *
 * @param family how to call the model
 * @param queryPreAttnScalar attention scores are divided by its root
 * @param attnLogitSoftcapping c of {@code c tanh(score / c)}; 0 for none
 * @param headNorms whether every head's query and key pass an RMS norm
 * @param bidirectional whether a token sees those after it too
 * @param slide which layers attend within a window
 * @param slidingWindow how many tokens a query sees there, itself included, on either side that it
 *     sees at all
 * @param rotary angles of the layers that see everything
 * @param slidingRotary angles of those that slide
 */
record GemmaShape(
    String family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    String hiddenActivation,
    double rmsNormEps,
    int maxPositionEmbeddings,
    double attentionDropout,
    boolean attentionBias,
    double queryPreAttnScalar,
    double attnLogitSoftcapping,
    boolean headNorms,
    boolean bidirectional,
    List<Boolean> slide,
    int slidingWindow,
    RotaryConfig rotary,
    RotaryConfig slidingRotary) {
  /** Refuses what cannot be a model. */
  GemmaShape {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", slide.size());
    positive("num_attention_heads", numAttentionHeads);
    positive("num_key_value_heads", numKeyValueHeads);
    positive("head_dim", headDim);
    positive("max_position_embeddings", maxPositionEmbeddings);
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads %d is not a multiple of num_key_value_heads %d"
              .formatted(numAttentionHeads, numKeyValueHeads));
    }
    if (!(rmsNormEps > 0 && queryPreAttnScalar > 0 && attnLogitSoftcapping >= 0)) {
      throw new IllegalArgumentException(
          "rms_norm_eps %s, query_pre_attn_scalar %s or attn_logit_softcapping %s is not positive"
              .formatted(rmsNormEps, queryPreAttnScalar, attnLogitSoftcapping));
    }
    if (!(attentionDropout >= 0 && attentionDropout < 1)) {
      throw new IllegalArgumentException(
          "attention_dropout " + attentionDropout + " is not in [0, 1)");
    }
    if (slide.contains(true)) {
      positive("sliding_window", slidingWindow);
    }
    Activations.named("hidden_activation", hiddenActivation);
  }

  private static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " " + value + " is not positive");
    }
  }

  int layers() {
    return slide.size();
  }
}
