package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a checkpoint computes from the last hidden states: logits. A head is no module: its layers
 * hang below the root under the names that transformers gives them.
 *
 * @param kind what the logits are of
 * @param layers computes them
 */
public record Head(Kind kind, Layers layers) {
  /** What the logits are of. */
  public enum Kind {
    /** The token at each masked place: [tokens, V]. */
    MASKED_LM("ForMaskedLM"),
    /** The token after each: [tokens, V]. */
    CAUSAL_LM("ForCausalLM"),
    /** The target token after each: [tokens, V]. */
    SEQ2SEQ_LM("ForConditionalGeneration"),
    /** The classes of each sequence: [sequences, labels]. */
    SEQUENCE_CLASSIFICATION("ForSequenceClassification"),
    /** The classes of each token: [tokens, labels]. */
    TOKEN_CLASSIFICATION("ForTokenClassification");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }

    /**
     * That of transformers' class {@code architecture} of the family it calls {@code family}, as
     * Bert in BertForMaskedLM; empty where it is none of {@code supported}.
     */
    public static Optional<Kind> of(String architecture, String family, Set<Kind> supported) {
      return supported.stream()
          .filter(kind -> architecture.equals(family + kind.suffix))
          .findFirst();
    }

    /** Whether there is a row of logits for each sequence and not for each token. */
    public boolean isPooled() {
      return this == SEQUENCE_CLASSIFICATION;
    }
  }

  /** The computation of a head. */
  @FunctionalInterface
  public interface Layers {
    /** Logits of the last hidden states [tokens, H] of a batch. */
    Tensor logits(Tensor hidden, Packed batch);

    /** The one column of a padded row that it reads, be it padding; empty where it reads others. */
    default OptionalInt column(long[] ids) {
      return OptionalInt.empty();
    }
  }

  /** Logits of the last hidden states [tokens, H] of a batch; shape by {@link #kind}. */
  public Tensor logits(Tensor hidden, Packed batch) {
    return layers.logits(hidden, batch);
  }
}
