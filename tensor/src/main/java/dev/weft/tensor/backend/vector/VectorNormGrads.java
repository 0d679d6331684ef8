package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarNormWeights;
import dev.weft.tensor.kernel.ScalarNorms;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Gradients of LayerNorm and RmsNorm. A row is read for the two sums that its dx needs, again, from
 * the first cache, where dx is written, and once more, from the second cache, with a strip of rows
 * for what they add to dweight and dbias. (Adding that row by row left memory idle meanwhile: 13 ns
 * for 16 elements beside 11.)
 */
final class VectorNormGrads {
  /** Floats of x in a strip of rows, which are read again for dweight and dbias. */
  private static final int STRIP = 1 << 15;

  /** The most rows of a strip. */
  private static final int MOST = 64;

  private static final int PLAIN_SLOT = 0;
  private static final int SCALED_SLOT = 1;
  private static final int WEIGHTS_SLOT = 2;
  private static final int BIASES_SLOT = 3;
  private static final int MEANS_SLOT = 4;
  private static final int RSTDS_SLOT = 5;

  private final Buf x;
  private final Buf dy;
  private final Buf weight;
  private final Buf means;
  private final Buf rstds;
  private final Buf dx;
  private final int n;

  private VectorNormGrads(Buf x, Buf dy, Buf weight, Buf means, Buf rstds, Buf dx, long cols) {
    this.x = x;
    this.dy = dy;
    this.weight = weight;
    this.means = means;
    this.rstds = rstds;
    this.dx = dx;
    n = Math.toIntExact(cols);
  }

  /** {@link KernelCall.LayerNormGrad}. */
  static void run(KernelCall.LayerNormGrad call) {
    if (!call.weight().isPresent()) {
      ScalarNorms.run(call);
      return;
    }
    new VectorNormGrads(
            call.x(), call.dy(), call.weight(), call.mean(), call.rstd(), call.dx(), call.cols())
        .run(call.rows(), call.dweight(), call.dbias());
  }

  /** {@link KernelCall.RmsNormGrad}: without means. */
  static void run(KernelCall.RmsNormGrad call) {
    if (!call.weight().isPresent()) {
      ScalarNorms.run(call);
      return;
    }
    new VectorNormGrads(
            call.x(), call.dy(), call.weight(), Buf.NONE, call.rstd(), call.dx(), call.cols())
        .run(call.rows(), call.dweight(), Buf.NONE);
  }

  /**
   * Everything in one pass where dweight or dbias has chunks enough for all threads, dx by itself
   * before them where not; bits do not depend on it.
   */
  private void run(long rows, Buf dweight, Buf dbias) {
    boolean together =
        (dweight.isPresent() || dbias.isPresent())
            && rows >= 4L * Workers.threads() * ScalarNormWeights.CHUNK;
    int strip = Math.clamp(STRIP / Math.max(1, n), 1, MOST);
    if (dx.isPresent() && !together) {
      Tasks.rows(rows, n, this::write);
    }
    ScalarNormWeights.join(
        dweight,
        dbias,
        rows,
        n,
        (from, to, weights, biases, at) -> {
          Scratch scratch = Scratch.borrow();
          float[] ws = weights != null ? weights : scratch.floats(WEIGHTS_SLOT, n);
          float[] bs = biases != null ? biases : scratch.floats(BIASES_SLOT, n);
          float[] ms = scratch.floats(MEANS_SLOT, strip);
          float[] rs = scratch.floats(RSTDS_SLOT, strip);
          int wa = weights != null ? at : 0;
          int ba = biases != null ? at : 0;
          for (long row = from; row < to; row += strip) {
            long end = Math.min(to, row + strip);
            if (together && dx.isPresent()) {
              write(row, end);
            }
            add(row, (int) (end - row), ms, rs, ws, wa, bs, ba);
          }
          scratch.giveBack();
        });
  }

  /** Writes dx of rows {@code from .. to - 1}. */
  private void write(long from, long to) {
    Scratch scratch = Scratch.borrow();
    float[] plain = scratch.floats(PLAIN_SLOT, Lanes.COUNT);
    float[] scaled = scratch.floats(SCALED_SLOT, Lanes.COUNT);
    for (long row = from; row < to; row++) {
      sum(row, plain, scaled);
      write(row, plain, scaled);
    }
    scratch.giveBack();
  }

  private float mean(long row) {
    return means.isPresent() ? Elements.get(means.segment(), means.offset(), row) : 0f;
  }

  private float rstd(long row) {
    return Elements.get(rstds.segment(), rstds.offset(), row);
  }

  private float xhat(long base, int i, float mean, float rstd) {
    return (Elements.get(x.segment(), base, i) - mean) * rstd;
  }

  /** Sums of {@code dy weight} and {@code dy weight xhat} of a row, in lanes. */
  private void sum(long row, float[] plain, float[] scaled) {
    long xb = x.offset() + 4 * row * n;
    long db = dy.offset() + 4 * row * n;
    float mean = mean(row);
    float rstd = rstd(row);
    int bound = n & -Lanes.COUNT;
    MemorySegment w = weight.segment();
    sumVectors(
        x.segment(), xb, dy.segment(), db, w, weight.offset(), bound, mean, rstd, plain, scaled);
    for (int i = bound; i < n; i++) {
      float d = Elements.get(dy.segment(), db, i);
      float v = Elements.get(w, weight.offset(), i);
      int lane = i - bound;
      plain[lane] = Math.fma(d, v, plain[lane]);
      scaled[lane] = Math.fma(d * v, xhat(xb, i, mean, rstd), scaled[lane]);
    }
  }

  private static void sumVectors(
      MemorySegment x,
      long xb,
      MemorySegment dy,
      long db,
      MemorySegment w,
      long wb,
      int bound,
      float mean,
      float rstd,
      float[] plain,
      float[] scaled) {
    MemorySegment xs = Species.floats(x, xb, bound);
    MemorySegment dys = Species.floats(dy, db, bound);
    MemorySegment ws = Species.floats(w, wb, bound);
    for (int part = 0; part < Lanes.COUNT; part += Species.LENGTH) {
      FloatVector p = FloatVector.zero(Species.F32);
      FloatVector s = FloatVector.zero(Species.F32);
      for (int i = part; i < bound; i += Lanes.COUNT) {
        FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
        FloatVector v = FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER);
        FloatVector xhat =
            FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER)
                .sub(mean)
                .mul(rstd);
        p = d.fma(v, p);
        s = d.mul(v).fma(xhat, s);
      }
      p.intoArray(plain, part);
      s.intoArray(scaled, part);
    }
  }

  /** Adds {@code dy xhat} of some rows to weights, and {@code dy} to biases. */
  private void add(
      long row, int rows, float[] ms, float[] rs, float[] weights, int wa, float[] biases, int ba) {
    long xb = x.offset() + 4 * row * n;
    long db = dy.offset() + 4 * row * n;
    for (int r = 0; r < rows; r++) {
      ms[r] = mean(row + r);
      rs[r] = rstd(row + r);
    }
    int bound = n & -Species.LENGTH;
    addVectors(x.segment(), xb, dy.segment(), db, n, bound, rows, ms, rs, weights, wa, biases, ba);
    for (int r = 0; r < rows; r++) {
      long by = 4L * r * n;
      for (int i = bound; i < n; i++) {
        float d = Elements.get(dy.segment(), db + by, i);
        weights[wa + i] = Math.fma(d, xhat(xb + by, i, ms[r], rs[r]), weights[wa + i]);
        biases[ba + i] += d;
      }
    }
  }

  private static void addVectors(
      MemorySegment x,
      long xb,
      MemorySegment dy,
      long db,
      int n,
      int bound,
      int rows,
      float[] ms,
      float[] rs,
      float[] weights,
      int wa,
      float[] biases,
      int ba) {
    MemorySegment xs = Species.floats(x, xb, rows * n);
    MemorySegment dys = Species.floats(dy, db, rows * n);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector weight = FloatVector.fromArray(Species.F32, weights, wa + i);
      FloatVector bias = FloatVector.fromArray(Species.F32, biases, ba + i);
      for (int r = 0; r < rows; r++) {
        FloatVector d =
            FloatVector.fromMemorySegment(Species.F32, dys, 4L * (r * n + i), Species.ORDER);
        weight =
            d.fma(
                FloatVector.fromMemorySegment(Species.F32, xs, 4L * (r * n + i), Species.ORDER)
                    .sub(ms[r])
                    .mul(rs[r]),
                weight);
        bias = bias.add(d);
      }
      weight.intoArray(weights, wa + i);
      bias.intoArray(biases, ba + i);
    }
  }

  /** Writes dx of a row from its sums. */
  private void write(long row, float[] plain, float[] scaled) {
    long xb = x.offset() + 4 * row * n;
    long db = dy.offset() + 4 * row * n;
    long ob = dx.offset() + 4 * row * n;
    float mean = mean(row);
    float rstd = rstd(row);
    float a = means.isPresent() ? Species.close(plain) / n : 0f;
    float b = Species.close(scaled) / n;
    int bound = n & -Species.LENGTH;
    MemorySegment ds = dy.segment();
    MemorySegment w = weight.segment();
    long wb = weight.offset();
    MemorySegment to = dx.segment();
    writeVectors(x.segment(), xb, ds, db, w, wb, to, ob, bound, mean, rstd, a, b);
    for (int i = bound; i < n; i++) {
      float g = Elements.get(ds, db, i) * Elements.get(w, wb, i);
      Elements.set(to, ob, i, Math.fma(-xhat(xb, i, mean, rstd), b, g - a) * rstd);
    }
  }

  private static void writeVectors(
      MemorySegment x,
      long xb,
      MemorySegment dy,
      long db,
      MemorySegment w,
      long wb,
      MemorySegment dx,
      long ob,
      int bound,
      float mean,
      float rstd,
      float a,
      float b) {
    MemorySegment xs = Species.floats(x, xb, bound);
    MemorySegment dys = Species.floats(dy, db, bound);
    MemorySegment ws = Species.floats(w, wb, bound);
    MemorySegment dxs = Species.floats(dx, ob, bound);
    FloatVector vb = FloatVector.broadcast(Species.F32, b);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector g =
          FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER)
              .mul(FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER));
      FloatVector xhat =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(mean).mul(rstd);
      xhat.neg().fma(vb, g.sub(a)).mul(rstd).intoMemorySegment(dxs, 4L * i, Species.ORDER);
    }
  }
}
