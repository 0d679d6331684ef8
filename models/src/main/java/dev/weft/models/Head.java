package dev.weft.models;

import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;

/** What a checkpoint computes from the last hidden states: logits. */
public abstract class Head extends Module {
  /** What the logits are of. */
  public enum Kind {
    /** The token at each masked place: [tokens, V]. */
    MASKED_LM,
    /** The token after each: [tokens, V]. */
    CAUSAL_LM,
    /** The target token after each: [tokens, V]. */
    SEQ2SEQ_LM,
    /** The classes of each sequence: [sequences, labels]. */
    SEQUENCE_CLASSIFICATION,
    /** The classes of each token: [tokens, labels]. */
    TOKEN_CLASSIFICATION
  }

  private final Kind kind;

  /** A head in the scope {@code params}. */
  protected Head(Kind kind, Params params) {
    super(params);
    this.kind = kind;
  }

  /** What its logits are of. */
  public final Kind kind() {
    return kind;
  }

  /** Logits of the last hidden states [tokens, H] of a batch; shape by {@link #kind}. */
  public abstract Tensor logits(Tensor hidden, Packed batch);
}
