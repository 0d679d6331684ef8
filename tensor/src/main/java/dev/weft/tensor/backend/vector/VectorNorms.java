package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarNorms;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * LayerNorm and RmsNorm over rows. Each sum of a row is one chain, in which an addition waits for
 * the one before, and nothing of a row can begin before its sums are done. So, where a vector is
 * all lanes and rows are whole vectors, one loop works on two or three rows at once, each a step
 * further than the next.
 */
final class VectorNorms {
  private VectorNorms() {}

  /** Whether rows are whole vectors, each all lanes of a sum. */
  private static boolean fits(int n) {
    return Species.PARTS == 1 && n % Lanes.COUNT == 0;
  }

  /** {@link KernelCall.LayerNorm}. */
  static void run(KernelCall.LayerNorm call) {
    int n = Math.toIntExact(call.cols());
    boolean piped = fits(n) && call.weight().isPresent() && call.bias().isPresent();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          if (piped) {
            piped(call, from, to, n);
          } else {
            plain(call, from, to, n);
          }
        });
  }

  private static void plain(KernelCall.LayerNorm call, long from, long to, int n) {
    MemorySegment x = call.x().segment();
    for (long row = from; row < to; row++) {
      long xb = call.x().offset() + 4 * row * n;
      float mean = VectorSums.sum(x, xb, n) / n;
      float rstd = ScalarNorms.rstd(VectorSums.squares(x, xb, n, mean) / n, call.eps());
      keep(call, row, mean, rstd);
      write(call, row, n, mean, rstd);
    }
  }

  /** A row is written while the next one's squares are added and the one after is summed. */
  private static void piped(KernelCall.LayerNorm call, long from, long to, int n) {
    Scratch scratch = Scratch.borrow();
    float[] squares = scratch.floats(0, Lanes.COUNT);
    float[] sums = scratch.floats(1, Lanes.COUNT);
    MemorySegment x = call.x().segment();
    long xb = call.x().offset() + 4 * from * n;
    float mean = VectorSums.sum(x, xb, n) / n;
    float rstd = ScalarNorms.rstd(VectorSums.squares(x, xb, n, mean) / n, call.eps());
    keep(call, from, mean, rstd);
    float following = from + 1 < to ? VectorSums.sum(x, xb + 4L * n, n) / n : 0f;
    for (long row = from + 1; row < to; row++) {
      long after = row + 1 < to ? row + 1 : row;
      step(call, row, after, n, mean, rstd, following, squares, sums);
      mean = following;
      rstd = ScalarNorms.rstd(Species.close(squares) / n, call.eps());
      keep(call, row, mean, rstd);
      following = Species.close(sums) / n;
    }
    write(call, to - 1, n, mean, rstd);
    scratch.giveBack();
  }

  private static void keep(KernelCall.LayerNorm call, long row, float mean, float rstd) {
    Elements.set(call.mean().segment(), call.mean().offset(), row, mean);
    Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
  }

  private static void write(KernelCall.LayerNorm call, long row, int n, float mean, float rstd) {
    long xb = call.x().offset() + 4 * row * n;
    long yb = call.y().offset() + 4 * row * n;
    MemorySegment x = call.x().segment();
    write(x, xb, call.y().segment(), yb, n, mean, rstd, call.weight(), call.bias());
  }

  /**
   * Writes the row before {@code row} with its mean and rstd, adds {@code row}'s squares around
   * {@code shift} and sums row {@code after}, in lanes.
   */
  private static void step(
      KernelCall.LayerNorm call,
      long row,
      long after,
      int n,
      float mean,
      float rstd,
      float shift,
      float[] squares,
      float[] sums) {
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    long xb = call.x().offset() + 4 * row * n;
    long ab = call.x().offset() + 4 * after * n;
    long pb = xb - 4L * n;
    long yb = call.y().offset() + 4 * (row - 1) * n;
    MemorySegment w = call.weight().segment();
    MemorySegment b = call.bias().segment();
    long wb = call.weight().offset();
    long bb = call.bias().offset();
    step(x, pb, xb, ab, w, wb, b, bb, y, yb, n, mean, rstd, shift, squares, sums);
  }

  private static void step(
      MemorySegment x,
      long pb,
      long xb,
      long ab,
      MemorySegment w,
      long wb,
      MemorySegment b,
      long bb,
      MemorySegment y,
      long yb,
      int n,
      float mean,
      float rstd,
      float shift,
      float[] squares,
      float[] sums) {
    MemorySegment before = Species.floats(x, pb, n);
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment after = Species.floats(x, ab, n);
    MemorySegment ws = Species.floats(w, wb, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector square = FloatVector.zero(Species.F32);
    FloatVector sum = FloatVector.zero(Species.F32);
    for (int i = 0; i < n; i += Species.LENGTH) {
      sum = sum.add(FloatVector.fromMemorySegment(Species.F32, after, 4L * i, Species.ORDER));
      FloatVector d =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(shift);
      square = d.fma(d, square);
      FloatVector xhat =
          FloatVector.fromMemorySegment(Species.F32, before, 4L * i, Species.ORDER)
              .sub(mean)
              .mul(rstd);
      xhat.fma(
              FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER),
              FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
    square.intoArray(squares, 0);
    sum.intoArray(sums, 0);
  }

  /** {@link KernelCall.RmsNorm}. */
  static void run(KernelCall.RmsNorm call) {
    int n = Math.toIntExact(call.cols());
    boolean piped = fits(n) && call.weight().isPresent();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          if (piped) {
            piped(call, from, to, n);
          } else {
            plain(call, from, to, n);
          }
        });
  }

  private static void plain(KernelCall.RmsNorm call, long from, long to, int n) {
    for (long row = from; row < to; row++) {
      float rstd = rstd(call, row, n);
      keep(call, row, rstd);
      write(call, row, n, rstd);
    }
  }

  private static float rstd(KernelCall.RmsNorm call, long row, int n) {
    long xb = call.x().offset() + 4 * row * n;
    float squares = VectorSums.squares(call.x().segment(), xb, n, 0f);
    return ScalarNorms.rstd(squares / n, call.eps());
  }

  /** A row is written while the next one's squares are added. */
  private static void piped(KernelCall.RmsNorm call, long from, long to, int n) {
    Scratch scratch = Scratch.borrow();
    float[] squares = scratch.floats(0, Lanes.COUNT);
    float rstd = rstd(call, from, n);
    keep(call, from, rstd);
    for (long row = from + 1; row < to; row++) {
      step(call, row, n, rstd, squares);
      rstd = ScalarNorms.rstd(Species.close(squares) / n, call.eps());
      keep(call, row, rstd);
    }
    write(call, to - 1, n, rstd);
    scratch.giveBack();
  }

  private static void keep(KernelCall.RmsNorm call, long row, float rstd) {
    Elements.set(call.rstd().segment(), call.rstd().offset(), row, rstd);
  }

  private static void write(KernelCall.RmsNorm call, long row, int n, float rstd) {
    long xb = call.x().offset() + 4 * row * n;
    long yb = call.y().offset() + 4 * row * n;
    MemorySegment x = call.x().segment();
    write(x, xb, call.y().segment(), yb, n, 0f, rstd, call.weight(), Buf.NONE);
  }

  /** Writes the row before {@code row} with its rstd and adds {@code row}'s squares, in lanes. */
  private static void step(KernelCall.RmsNorm call, long row, int n, float rstd, float[] squares) {
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    long xb = call.x().offset() + 4 * row * n;
    long pb = xb - 4L * n;
    long yb = call.y().offset() + 4 * (row - 1) * n;
    MemorySegment w = call.weight().segment();
    step(x, pb, xb, w, call.weight().offset(), y, yb, n, rstd, squares);
  }

  private static void step(
      MemorySegment x,
      long pb,
      long xb,
      MemorySegment w,
      long wb,
      MemorySegment y,
      long yb,
      int n,
      float rstd,
      float[] squares) {
    MemorySegment before = Species.floats(x, pb, n);
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ws = Species.floats(w, wb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector square = FloatVector.zero(Species.F32);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      square = d.fma(d, square);
      FloatVector.fromMemorySegment(Species.F32, before, 4L * i, Species.ORDER)
          .mul(rstd)
          .mul(FloatVector.fromMemorySegment(Species.F32, ws, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
    square.intoArray(squares, 0);
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
