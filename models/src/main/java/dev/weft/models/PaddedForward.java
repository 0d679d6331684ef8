package dev.weft.models;

import dev.weft.tensor.Tensor;
import java.util.SequencedMap;

/** Runs a model on padded inputs, as {@code weft forward} does; see {@link Backbone#padded}. */
@FunctionalInterface
public interface PaddedForward {
  /**
   * What to give besides the last hidden state, logits and what is pooled.
   *
   * @param hiddenStates the embeddings and the output of every layer
   * @param attentions the attention probabilities of every layer
   */
  record Outputs(boolean hiddenStates, boolean attentions) {}

  /**
   * The outputs in F32 under transformers' names, those of a list numbered: {@code
   * last_hidden_state} [B, T, H], {@code hidden_states.0} ... [B, T, H], {@code attentions.0} ...
   * [B, N, T, S], {@code pooler_output} [B, H], {@code logits}. What belongs to padding is zero.
   * They live as long as they are referred to.
   *
   * @throws IllegalArgumentException for inputs that the model cannot read, naming them
   */
  SequencedMap<String, Tensor> run(PaddedInputs inputs, Outputs outputs);
}
