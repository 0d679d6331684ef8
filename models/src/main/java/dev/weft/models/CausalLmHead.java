package dev.weft.models;

import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;

/**
 * The token after each: {@code x W^T}, W [V, H], on which Gemma 2 puts {@code c tanh(logit / c)}.
 *
 * @param projection of its own, or tied to the embedding of the tokens
 * @param softcap c; 0 for none
 */
public record CausalLmHead(Linear projection, float softcap) implements Head.Layers {
  /** Logits of last hidden states: [rows, H] to [rows, V]. */
  public Tensor logits(Tensor hidden) {
    Tensor logits = projection.forward(hidden); // [rows, V]
    return softcap == 0 ? logits : F.mul(F.tanh(F.mul(logits, 1 / softcap)), softcap);
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    return logits(hidden);
  }
}
