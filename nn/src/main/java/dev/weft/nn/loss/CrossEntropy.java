package dev.weft.nn.loss;

import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;

/**
 * {@code -log softmax(logits)[label]}, as torch.nn.CrossEntropyLoss with class indices; a label of
 * {@link #IGNORED} does not count. Class weights and label smoothing are not offered.
 */
public final class CrossEntropy {
  /** The label of a row that does not count. */
  public static final int IGNORED = -100;

  private CrossEntropy() {}

  /**
   * The mean over the rows that count, one value; NaN when none does, as in PyTorch.
   *
   * @param logits [..., classes]
   * @param labels I64 [...]
   */
  public static Tensor mean(Tensor logits, Tensor labels) {
    if (logits.rank() < 1 || !logits.shape().without(logits.rank() - 1).equals(labels.shape())) {
      throw new IllegalArgumentException(
          "cross_entropy: expected logits [..., classes] and labels [...], got "
              + logits.label()
              + " and "
              + labels.label());
    }
    int rows = Math.toIntExact(labels.size());
    return F.crossEntropy(logits.reshape(rows, logits.dim(-1)), labels.reshape(rows));
  }
}
