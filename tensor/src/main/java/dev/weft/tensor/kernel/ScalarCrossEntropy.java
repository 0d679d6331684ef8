package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * Cross entropy over rows of logits: the maximum, then {@code max + log(sum of exp(x - max))} with
 * the sum in 16 lanes. Probabilities are never stored; the gradient computes them again.
 */
public final class ScalarCrossEntropy {
  private ScalarCrossEntropy() {}

  /** {@link KernelCall.CrossEntropy}. */
  public static void run(KernelCall.CrossEntropy call) {
    checkLabels(call.labels(), call.rows(), call.cols(), call.ignoreIndex());
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.logits().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.logits().offset() + 4 * row * n;
            float max = ScalarSums.max(x, xb, n);
            close(call, row, max, ScalarSums.exps(x, xb, n, max));
          }
        });
  }

  /** Writes a row's outputs from its maximum and its sum of exponentials. */
  public static void close(KernelCall.CrossEntropy call, long row, float max, float sum) {
    float lse = max + FloatMath.log(sum);
    Elements.set(call.logSumExp().segment(), call.logSumExp().offset(), row, lse);
    long label = Elements.getLong(call.labels().segment(), call.labels().offset(), row);
    float loss = 0f;
    if (label != call.ignoreIndex()) {
      long at = row * call.cols() + label;
      loss = lse - Elements.get(call.logits().segment(), call.logits().offset(), at);
    }
    Elements.set(call.losses().segment(), call.losses().offset(), row, loss);
  }

  /** {@link KernelCall.CrossEntropyGrad}; a row that is ignored is all +0. */
  public static void run(KernelCall.CrossEntropyGrad call) {
    checkLabels(call.labels(), call.rows(), call.cols(), call.ignoreIndex());
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.logits().segment();
    MemorySegment dx = call.dlogits().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.logits().offset() + 4 * row * n;
            long gb = call.dlogits().offset() + 4 * row * n;
            long label = Elements.getLong(call.labels().segment(), call.labels().offset(), row);
            float lse = Elements.get(call.logSumExp().segment(), call.logSumExp().offset(), row);
            float dl = Elements.get(call.dlosses().segment(), call.dlosses().offset(), row);
            boolean ignored = label == call.ignoreIndex();
            for (int i = 0; i < n; i++) {
              float p = FloatMath.exp(Elements.get(x, xb, i) - lse);
              float g = i == label ? dl * (p - 1f) : dl * p;
              Elements.set(dx, gb, i, ignored ? 0f : g);
            }
          }
        });
  }

  /** Refuses a label that names no class. */
  public static void checkLabels(Buf labels, long rows, long classes, long ignoreIndex) {
    for (long i = 0; i < rows; i++) {
      long label = Elements.getLong(labels.segment(), labels.offset(), i);
      if (label != ignoreIndex && (label < 0 || label >= classes)) {
        throw new IllegalArgumentException(
            "cross entropy: label "
                + label
                + " at position "
                + i
                + " names none of "
                + classes
                + " classes");
      }
    }
  }
}
