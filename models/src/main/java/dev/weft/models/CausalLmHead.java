package dev.weft.models;

import dev.weft.nn.Init;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** The token after each: {@code x W^T}, with a weight [V, H] of its own or the embedding's. */
public final class CausalLmHead extends Head {
  private final Parameter weight;
  private final float softcap;

  /** A head with a weight of its own, as Hugging Face's {@code lm_head}. */
  public CausalLmHead(int hidden, int vocabulary, float softcap, Params p) {
    super(Kind.CAUSAL_LM, p);
    weight = parameter("weight", Shape.of(vocabulary, hidden), new Init.Normal(0.02f));
    this.softcap = softcap;
  }

  /**
   * A head whose weight is the table [V, H] that the stack embeds its tokens with.
   *
   * @param softcap c of {@code c tanh(logit / c)}; 0 for none
   */
  public CausalLmHead(Parameter table, float softcap, Params p) {
    super(Kind.CAUSAL_LM, p);
    weight = table;
    this.softcap = softcap;
  }

  /** Logits of last hidden states: [rows, H] to [rows, V]. */
  public Tensor logits(Tensor hidden) {
    return watch(
        hidden,
        in -> {
          Tensor logits = F.linear(in, weight.tensor()); // [rows, V]
          return softcap == 0 ? logits : F.mul(F.tanh(F.mul(logits, 1 / softcap)), softcap);
        });
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    return logits(hidden);
  }

  @Override
  public String describe() {
    return "CausalLmHead(" + weight.tensor().dim(1) + ", " + weight.tensor().dim(0) + ")";
  }
}
