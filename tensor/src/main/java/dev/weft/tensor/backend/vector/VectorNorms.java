package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarNormWeights;
import dev.weft.tensor.kernel.ScalarNorms;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** LayerNorm and RmsNorm over rows: forward and the gradient of x. */
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
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector xhat = Species.load(x, xb, i).sub(mean).mul(rstd);
      Species.store(xhat.fma(Species.load(w, wb, i), Species.load(b, bb, i)), y, yb, i);
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
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector xhat = Species.load(x, xb, i).sub(mean).mul(rstd);
      Species.store(xhat.mul(Species.load(w, wb, i)), y, yb, i);
    }
  }

  /** {@link KernelCall.LayerNormGrad}. */
  static void run(KernelCall.LayerNormGrad call) {
    if (!call.weight().isPresent()) {
      ScalarNorms.run(call);
      return;
    }
    int n = Math.toIntExact(call.cols());
    LongConsumer dx =
        row -> {
          float mean = Elements.get(call.mean().segment(), call.mean().offset(), row);
          float rstd = Elements.get(call.rstd().segment(), call.rstd().offset(), row);
          long at = 4 * row * n;
          gradRow(call.x(), call.dy(), call.weight(), call.dx(), at, n, mean, rstd, true);
        };
    grads(
        call.x(),
        call.dy(),
        call.mean(),
        call.rstd(),
        call.dweight(),
        call.dbias(),
        call.rows(),
        n,
        call.dx().isPresent() ? dx : null);
  }

  /** {@link KernelCall.RmsNormGrad}. */
  static void run(KernelCall.RmsNormGrad call) {
    if (!call.weight().isPresent()) {
      ScalarNorms.run(call);
      return;
    }
    int n = Math.toIntExact(call.cols());
    LongConsumer dx =
        row -> {
          float rstd = Elements.get(call.rstd().segment(), call.rstd().offset(), row);
          long at = 4 * row * n;
          gradRow(call.x(), call.dy(), call.weight(), call.dx(), at, n, 0f, rstd, false);
        };
    grads(
        call.x(),
        call.dy(),
        Buf.NONE,
        call.rstd(),
        call.dweight(),
        Buf.NONE,
        call.rows(),
        n,
        call.dx().isPresent() ? dx : null);
  }

  /**
   * Runs {@code dx} for every row together with the sums for the weights, where those have chunks
   * enough for all threads, and before them where not; bits do not depend on it.
   */
  private static void grads(
      Buf x,
      Buf dy,
      Buf means,
      Buf rstds,
      Buf dweight,
      Buf dbias,
      long rows,
      int n,
      @Nullable LongConsumer dx) {
    boolean together =
        (dweight.isPresent() || dbias.isPresent())
            && rows >= 4L * Workers.threads() * ScalarNormWeights.CHUNK;
    if (dx != null && !together) {
      Tasks.rows(
          rows,
          n,
          (from, to) -> {
            for (long row = from; row < to; row++) {
              dx.accept(row);
            }
          });
    }
    VectorNormWeights.run(x, dy, means, rstds, dweight, dbias, rows, n, together ? dx : null);
  }

  private static void gradRow(
      Buf x, Buf dy, Buf weight, Buf dx, long at, int n, float mean, float rstd, boolean centre) {
    long xb = x.offset() + at;
    long db = dy.offset() + at;
    long ob = dx.offset() + at;
    MemorySegment xs = x.segment();
    MemorySegment ds = dy.segment();
    MemorySegment ws = weight.segment();
    float a = centre ? VectorSums.dot(ds, db, ws, weight.offset(), n) / n : 0f;
    float b = scaledSum(xs, xb, ds, db, ws, weight.offset(), n, mean, rstd) / n;
    int bound = n & -Species.LENGTH;
    FloatVector vb = Species.broadcast(b);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector g = Species.load(ds, db, i).mul(Species.load(ws, weight.offset(), i));
      FloatVector xhat = Species.load(xs, xb, i).sub(mean).mul(rstd);
      Species.store(xhat.neg().fma(vb, g.sub(a)).mul(rstd), dx.segment(), ob, i);
    }
    for (int i = bound; i < n; i++) {
      float g = Elements.get(ds, db, i) * Elements.get(ws, weight.offset(), i);
      float xhat = (Elements.get(xs, xb, i) - mean) * rstd;
      Elements.set(dx.segment(), ob, i, Math.fma(-xhat, b, g - a) * rstd);
    }
  }

  /** Sum of {@code dy weight xhat} in 16 lanes. */
  private static float scaledSum(
      MemorySegment x,
      long xb,
      MemorySegment dy,
      long db,
      MemorySegment w,
      long wb,
      int n,
      float mean,
      float rstd) {
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector g0 = Species.load(dy, db, i).mul(Species.load(w, wb, i));
      s0 = g0.fma(Species.load(x, xb, i).sub(mean).mul(rstd), s0);
      if (Species.PARTS > 1) {
        int j = i + Species.LENGTH;
        FloatVector g1 = Species.load(dy, db, j).mul(Species.load(w, wb, j));
        s1 = g1.fma(Species.load(x, xb, j).sub(mean).mul(rstd), s1);
      }
      if (Species.PARTS > 2) {
        int j = i + 2 * Species.LENGTH;
        FloatVector g2 = Species.load(dy, db, j).mul(Species.load(w, wb, j));
        s2 = g2.fma(Species.load(x, xb, j).sub(mean).mul(rstd), s2);
        int k = i + 3 * Species.LENGTH;
        FloatVector g3 = Species.load(dy, db, k).mul(Species.load(w, wb, k));
        s3 = g3.fma(Species.load(x, xb, k).sub(mean).mul(rstd), s3);
      }
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      float g = Elements.get(dy, db, i) * Elements.get(w, wb, i);
      float xhat = (Elements.get(x, xb, i) - mean) * rstd;
      lanes[i - bound] = Math.fma(g, xhat, lanes[i - bound]);
    }
    return Lanes.close(lanes);
  }
}
