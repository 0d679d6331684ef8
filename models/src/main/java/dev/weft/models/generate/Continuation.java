package dev.weft.models.generate;

import dev.weft.tensor.Tensor;

/** A sequence that a model has read so far, and what it thinks comes next. */
public interface Continuation extends AutoCloseable {
  /**
   * Reads tokens behind those read before.
   *
   * @return logits [V] of the token after the last of them, valid in the current Run
   */
  Tensor next(int[] tokens);

  /** Frees what it remembers of the sequence. */
  @Override
  void close();
}
