package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * Softmax over rows: {@code exp(x - max) * (1 / sum)}, the sum in 16 lanes; log-softmax: {@code (x
 * - max) - log(sum)}. A row with a NaN, or of minus infinities alone, is NaN, as in PyTorch.
 */
public final class ScalarSoftmax {
  private ScalarSoftmax() {}

  /** {@link KernelCall.Softmax}. */
  public static void run(KernelCall.Softmax call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            long yb = call.y().offset() + 4 * row * n;
            float max = ScalarSums.max(x, xb, n);
            if (call.log()) {
              float log = FloatMath.log(ScalarSums.exps(x, xb, n, max));
              for (int i = 0; i < n; i++) {
                Elements.set(y, yb, i, Elements.get(x, xb, i) - max - log);
              }
            } else {
              float inverse = 1f / ScalarSums.exps(x, xb, n, max);
              for (int i = 0; i < n; i++) {
                Elements.set(y, yb, i, FloatMath.exp(Elements.get(x, xb, i) - max) * inverse);
              }
            }
          }
        });
  }

  /**
   * {@link KernelCall.SoftmaxGrad}: {@code (dy - sum(dy y)) y}, of the log {@code dy - exp(y)
   * sum(dy)}, the sums in 16 lanes.
   */
  public static void run(KernelCall.SoftmaxGrad call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment y = call.y().segment();
    MemorySegment dy = call.dy().segment();
    MemorySegment dx = call.dx().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long yb = call.y().offset() + 4 * row * n;
            long gb = call.dy().offset() + 4 * row * n;
            long xb = call.dx().offset() + 4 * row * n;
            float sum = call.log() ? ScalarSums.sum(dy, gb, n) : ScalarSums.dot(dy, gb, y, yb, n);
            for (int i = 0; i < n; i++) {
              float g = Elements.get(dy, gb, i);
              float value = Elements.get(y, yb, i);
              Elements.set(
                  dx,
                  xb,
                  i,
                  call.log() ? Math.fma(-sum, FloatMath.exp(value), g) : (g - sum) * value);
            }
          }
        });
  }
}
