package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * LayerNorm and RmsNorm over rows. Row sums run in 16 lanes. Weight and bias may each be absent.
 *
 * <p>LayerNorm: {@code mean = sum(x) / n}, {@code var = sum((x - mean)^2) / n}, {@code rstd = 1 /
 * sqrt(var + eps)}, {@code xhat = (x - mean) rstd}, {@code y = fma(xhat, weight, bias)}. RmsNorm is
 * the same with mean 0 and no bias. Parameter gradients are in {@link ScalarNormWeights}.
 */
public final class ScalarNorms {
  private ScalarNorms() {}

  /** {@link KernelCall.LayerNorm}. */
  public static void run(KernelCall.LayerNorm call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            float mean = ScalarSums.sum(x, xb, n) / n;
            float rstd = rstd(ScalarSums.squares(x, xb, n, mean) / n, call.eps());
            Elements.set(call.mean().segment(), call.mean().offset(), row, mean);
            Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
            long yb = call.y().offset() + 4 * row * n;
            for (int i = 0; i < n; i++) {
              float xhat = (Elements.get(x, xb, i) - mean) * rstd;
              Elements.set(call.y().segment(), yb, i, affine(xhat, call.weight(), call.bias(), i));
            }
          }
        });
  }

  /** {@code 1 / sqrt(var + eps)} in float. */
  public static float rstd(float variance, float eps) {
    return 1f / (float) Math.sqrt(variance + eps);
  }

  /** Element i of {@code fma(xhat, weight, bias)}, either of which may be absent. */
  public static float affine(float xhat, Buf weight, Buf bias, int i) {
    if (!weight.isPresent()) {
      return bias.isPresent() ? xhat + Elements.get(bias.segment(), bias.offset(), i) : xhat;
    }
    float w = Elements.get(weight.segment(), weight.offset(), i);
    return bias.isPresent()
        ? Math.fma(xhat, w, Elements.get(bias.segment(), bias.offset(), i))
        : xhat * w;
  }

  /** {@link KernelCall.RmsNorm}. */
  public static void run(KernelCall.RmsNorm call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            float rstd = rstd(ScalarSums.squares(x, xb, n, 0f) / n, call.eps());
            Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
            long yb = call.y().offset() + 4 * row * n;
            for (int i = 0; i < n; i++) {
              float xhat = Elements.get(x, xb, i) * rstd;
              Elements.set(call.y().segment(), yb, i, affine(xhat, call.weight(), Buf.NONE, i));
            }
          }
        });
  }

  /**
   * {@link KernelCall.LayerNormGrad}: with {@code g = dy weight}, {@code dx = rstd (g - sum(g) / n
   * - xhat sum(g xhat) / n)}, as {@code fma(-xhat, b, g - a) * rstd}; the sum of g is one of
   * fma(dy, weight).
   */
  public static void run(KernelCall.LayerNormGrad call) {
    int n = Math.toIntExact(call.cols());
    if (call.dx().isPresent()) {
      Tasks.rows(
          call.rows(),
          n,
          (from, to) -> {
            for (long row = from; row < to; row++) {
              float mean = Elements.get(call.mean().segment(), call.mean().offset(), row);
              float rstd = Elements.get(call.rstd().segment(), call.rstd().offset(), row);
              gradRow(call.x(), call.dy(), call.weight(), call.dx(), row, n, mean, rstd, true);
            }
          });
    }
    ScalarNormWeights.run(call);
  }

  /** {@link KernelCall.RmsNormGrad}: the same without the term in {@code sum(g)}. */
  public static void run(KernelCall.RmsNormGrad call) {
    int n = Math.toIntExact(call.cols());
    if (call.dx().isPresent()) {
      Tasks.rows(
          call.rows(),
          n,
          (from, to) -> {
            for (long row = from; row < to; row++) {
              float rstd = Elements.get(call.rstd().segment(), call.rstd().offset(), row);
              gradRow(call.x(), call.dy(), call.weight(), call.dx(), row, n, 0f, rstd, false);
            }
          });
    }
    ScalarNormWeights.run(call);
  }

  private static void gradRow(
      Buf x, Buf dy, Buf weight, Buf dx, long row, int n, float mean, float rstd, boolean centre) {
    long xb = x.offset() + 4 * row * n;
    long yb = dy.offset() + 4 * row * n;
    long gb = dx.offset() + 4 * row * n;
    float[] plain = new float[Lanes.COUNT];
    float[] scaled = new float[Lanes.COUNT];
    for (int i = 0; i < n; i++) {
      int lane = i % Lanes.COUNT;
      float w = weight.isPresent() ? Elements.get(weight.segment(), weight.offset(), i) : 1f;
      float d = Elements.get(dy.segment(), yb, i);
      float xhat = (Elements.get(x.segment(), xb, i) - mean) * rstd;
      plain[lane] = Math.fma(d, w, plain[lane]);
      scaled[lane] = Math.fma(d * w, xhat, scaled[lane]);
    }
    float a = centre ? Lanes.close(plain) / n : 0f;
    float b = Lanes.close(scaled) / n;
    for (int i = 0; i < n; i++) {
      float g = affine(Elements.get(dy.segment(), yb, i), weight, Buf.NONE, i);
      float xhat = (Elements.get(x.segment(), xb, i) - mean) * rstd;
      Elements.set(dx.segment(), gb, i, Math.fma(-xhat, b, g - a) * rstd);
    }
  }
}
