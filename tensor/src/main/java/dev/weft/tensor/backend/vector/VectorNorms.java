package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarNorms;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** LayerNorm and RmsNorm over rows. */
final class VectorNorms {
  private VectorNorms() {}

  /** {@link KernelCall.LayerNorm}. */
  static void run(KernelCall.LayerNorm call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            float mean = VectorSums.sum(x, xb, n) / n;
            float rstd = ScalarNorms.rstd(VectorSums.squares(x, xb, n, mean) / n, call.eps());
            Elements.set(call.mean().segment(), call.mean().offset(), row, mean);
            Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
            long yb = call.y().offset() + 4 * row * n;
            write(x, xb, call.y().segment(), yb, n, mean, rstd, call.weight(), call.bias());
          }
        });
  }

  /** {@link KernelCall.RmsNorm}. */
  static void run(KernelCall.RmsNorm call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            float rstd = ScalarNorms.rstd(VectorSums.squares(x, xb, n, 0f) / n, call.eps());
            Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
            long yb = call.y().offset() + 4 * row * n;
            write(x, xb, call.y().segment(), yb, n, 0f, rstd, call.weight(), Buf.NONE);
          }
        });
  }

  /** Without a weight, which is rare, the scalar tail does the whole row. */
  private static void write(
      MemorySegment x,
      long xb,
      MemorySegment y,
      long yb,
      int n,
      float mean,
      float rstd,
      Buf weight,
      Buf bias) {
    int bound = 0;
    if (weight.isPresent()) {
      bound = n & -Species.LENGTH;
      MemorySegment w = weight.segment();
      if (bias.isPresent()) {
        MemorySegment b = bias.segment();
        affine(x, xb, w, weight.offset(), b, bias.offset(), y, yb, bound, mean, rstd);
      } else {
        scaled(x, xb, w, weight.offset(), y, yb, bound, mean, rstd);
      }
    }
    for (int i = bound; i < n; i++) {
      float xhat = (Elements.get(x, xb, i) - mean) * rstd;
      Elements.set(y, yb, i, ScalarNorms.affine(xhat, weight, bias, i));
    }
  }

  private static void affine(
      MemorySegment x,
      long xb,
      MemorySegment w,
      long wb,
      MemorySegment b,
      long bb,
      MemorySegment y,
      long yb,
      int n,
      float mean,
      float rstd) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ws = Species.floats(w, wb, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector xhat =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(mean).mul(rstd);
      xhat.fma(
              FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER),
              FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void scaled(
      MemorySegment x,
      long xb,
      MemorySegment w,
      long wb,
      MemorySegment y,
      long yb,
      int n,
      float mean,
      float rstd) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ws = Species.floats(w, wb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector xhat =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(mean).mul(rstd);
      xhat.mul(FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }
}
