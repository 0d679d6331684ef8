package dev.weft.tensor;

/**
 * Sees, and may replace, what the modules of a model compute under a {@link Run}. Tensors it is
 * given are valid during the call only: what is to stay is copied.
 */
public interface Probe {
  /** Whether anything of the module at {@code path} is to be seen or replaced. */
  boolean watches(String path);

  /** The module at {@code path} is given {@code x}; what it shall read instead, or x itself. */
  Tensor input(String path, Tensor x);

  /** The module at {@code path} gave {@code y}; what shall go on instead, or y itself. */
  Tensor output(String path, Tensor y);

  /** Whether the attention probabilities of the module at {@code path} are to be computed. */
  default boolean watchesAttention(String path) {
    return false;
  }

  /**
   * The module at {@code path} attends, in sequence {@code sequence} of its batch, with these
   * probabilities, F32 [N, queries, keys].
   */
  default void attention(String path, int sequence, Tensor probabilities) {}

  /**
   * What every head of the module at {@code path} makes of its values, F32 [queries, N, D] of the
   * whole batch, before they are projected together; what shall go on instead, or itself. Asked
   * where {@link #watchesAttention} is true.
   */
  default Tensor heads(String path, Tensor heads) {
    return heads;
  }
}
