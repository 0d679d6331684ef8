package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * Cross entropy over rows of logits. Probabilities are never stored; the gradient computes them
 * again.
 *
 * <p>A row is read once: {@code shift + log(sum of exp(x - shift))} with the sum in 16 lanes, of
 * {@link #PART} logits at a time. Where those hold one more than {@link #ROOM} above the shift, it
 * becomes their maximum before they are added, and what is summed so far is scaled to it.
 */
public final class ScalarCrossEntropy {
  /** Logits that are added under one shift. */
  public static final int PART = 1024;

  /** How far logits may be above the shift. */
  public static final float ROOM = 8f;

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
            close(call, row, logSumExp(x, call.logits().offset() + 4 * row * n, n));
          }
        });
  }

  private static float logSumExp(MemorySegment x, long xb, int n) {
    float[] sums = new float[Lanes.COUNT];
    float shift = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < n; from += PART) {
      int to = Math.min(n, from + PART);
      float max = Float.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        float value = Elements.get(x, xb, i);
        max = value > max ? value : max;
      }
      if (max > shift + ROOM) {
        scale(sums, shift, max);
        shift = max;
      }
      for (int i = from; i < to; i++) {
        sums[i % Lanes.COUNT] += ScalarAttention.weight(Elements.get(x, xb, i) - finite(shift));
      }
    }
    return shift + FloatMath.log(Lanes.close(sums));
  }

  /** Makes sums of {@code exp(x - shift)} those of {@code exp(x - to)}. */
  public static void scale(float[] sums, float shift, float to) {
    float factor = ScalarAttention.weight(shift - to);
    for (int i = 0; i < Lanes.COUNT; i++) {
      sums[i] *= factor;
    }
  }

  /** What is subtracted: 0 where every logit so far is minus infinity. */
  public static float finite(float shift) {
    return shift == Float.NEGATIVE_INFINITY ? 0f : shift;
  }

  /** Writes a row's outputs from the logarithm of its sum of exponentials. */
  public static void close(KernelCall.CrossEntropy call, long row, float lse) {
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
