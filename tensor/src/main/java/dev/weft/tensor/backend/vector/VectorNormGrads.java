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
 * Gradients of LayerNorm and RmsNorm. A row is read once for the two sums that its dx needs and the
 * terms it adds to dweight and dbias, and again, from the first cache, where dx is written.
 */
final class VectorNormGrads {
  private static final int PLAIN_SLOT = 0;
  private static final int SCALED_SLOT = 1;
  private static final int WEIGHTS_SLOT = 2;
  private static final int BIASES_SLOT = 3;

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
    if (dx.isPresent() && !together) {
      Tasks.rows(rows, n, this::alone);
    }
    ScalarNormWeights.join(
        dweight,
        dbias,
        rows,
        n,
        (from, to, weights, biases, at) -> {
          Scratch scratch = Scratch.borrow();
          float[] plain = scratch.floats(PLAIN_SLOT, Lanes.COUNT);
          float[] scaled = scratch.floats(SCALED_SLOT, Lanes.COUNT);
          float[] ws = weights != null ? weights : scratch.floats(WEIGHTS_SLOT, n);
          float[] bs = biases != null ? biases : scratch.floats(BIASES_SLOT, n);
          int wa = weights != null ? at : 0;
          int ba = biases != null ? at : 0;
          for (long row = from; row < to; row++) {
            add(row, plain, scaled, ws, wa, bs, ba);
            if (together && dx.isPresent()) {
              write(row, plain, scaled);
            }
          }
          scratch.giveBack();
        });
  }

  /** Writes dx of rows {@code from .. to - 1}. */
  private void alone(long from, long to) {
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
      sumOne(i, i - bound, xb, db, mean, rstd, plain, scaled);
    }
  }

  private void sumOne(
      int i, int lane, long xb, long db, float mean, float rstd, float[] plain, float[] scaled) {
    float d = Elements.get(dy.segment(), db, i);
    float w = Elements.get(weight.segment(), weight.offset(), i);
    plain[lane] = Math.fma(d, w, plain[lane]);
    scaled[lane] = Math.fma(d * w, xhat(xb, i, mean, rstd), scaled[lane]);
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
      FloatVector p = Species.zero();
      FloatVector s = Species.zero();
      for (int i = part; i < bound; i += Lanes.COUNT) {
        FloatVector d = Species.load(dys, i);
        FloatVector v = Species.load(ws, i);
        FloatVector xhat = Species.load(xs, i).sub(mean).mul(rstd);
        p = d.fma(v, p);
        s = d.mul(v).fma(xhat, s);
      }
      p.intoArray(plain, part);
      s.intoArray(scaled, part);
    }
  }

  /** As {@link #sum}, and adds {@code dy xhat} to weights and {@code dy} to biases. */
  private void add(
      long row, float[] plain, float[] scaled, float[] weights, int wa, float[] biases, int ba) {
    long xb = x.offset() + 4 * row * n;
    long db = dy.offset() + 4 * row * n;
    float mean = mean(row);
    float rstd = rstd(row);
    int bound = n & -Lanes.COUNT;
    MemorySegment xs = x.segment();
    MemorySegment ds = dy.segment();
    MemorySegment w = weight.segment();
    long wb = weight.offset();
    addVectors(xs, xb, ds, db, w, wb, bound, mean, rstd, plain, scaled, weights, wa, biases, ba);
    for (int i = bound; i < n; i++) {
      sumOne(i, i - bound, xb, db, mean, rstd, plain, scaled);
      float d = Elements.get(ds, db, i);
      weights[wa + i] = Math.fma(d, xhat(xb, i, mean, rstd), weights[wa + i]);
      biases[ba + i] += d;
    }
  }

  private static void addVectors(
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
      float[] scaled,
      float[] weights,
      int wa,
      float[] biases,
      int ba) {
    MemorySegment xs = Species.floats(x, xb, bound);
    MemorySegment dys = Species.floats(dy, db, bound);
    MemorySegment ws = Species.floats(w, wb, bound);
    for (int part = 0; part < Lanes.COUNT; part += Species.LENGTH) {
      FloatVector p = Species.zero();
      FloatVector s = Species.zero();
      for (int i = part; i < bound; i += Lanes.COUNT) {
        FloatVector d = Species.load(dys, i);
        FloatVector v = Species.load(ws, i);
        FloatVector xhat = Species.load(xs, i).sub(mean).mul(rstd);
        p = d.fma(v, p);
        s = d.mul(v).fma(xhat, s);
        FloatVector weight = FloatVector.fromArray(Species.F32, weights, wa + i);
        d.fma(xhat, weight).intoArray(weights, wa + i);
        FloatVector bias = FloatVector.fromArray(Species.F32, biases, ba + i);
        bias.add(d).intoArray(biases, ba + i);
      }
      p.intoArray(plain, part);
      s.intoArray(scaled, part);
    }
  }

  /** Writes dx of a row from its sums. */
  private void write(long row, float[] plain, float[] scaled) {
    long xb = x.offset() + 4 * row * n;
    long db = dy.offset() + 4 * row * n;
    long ob = dx.offset() + 4 * row * n;
    float mean = mean(row);
    float rstd = rstd(row);
    float a = means.isPresent() ? Lanes.close(plain) / n : 0f;
    float b = Lanes.close(scaled) / n;
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
    FloatVector vb = Species.broadcast(b);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector g = Species.load(dys, i).mul(Species.load(ws, i));
      FloatVector xhat = Species.load(xs, i).sub(mean).mul(rstd);
      Species.store(xhat.neg().fma(vb, g.sub(a)).mul(rstd), dxs, i);
    }
  }
}
