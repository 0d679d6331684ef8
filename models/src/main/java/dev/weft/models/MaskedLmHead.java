package dev.weft.models;

import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;

/**
 * {@code decoder(norm(activation(dense(h))))}: the head of every masked language model here,
 * [tokens, H] to [tokens, V]. Families name its layers differently, so they build them and hand
 * them in.
 *
 * @param decoder to the vocabulary, as a rule tied to the word embeddings
 */
public record MaskedLmHead(Linear dense, Activation activation, LayerNorm norm, Linear decoder)
    implements Head.Layers {
  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    return decoder.forward(norm.forward(dense.forward(hidden, activation)));
  }
}
