package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarCrossEntropy;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Softmax and cross entropy over rows, and their gradients. */
final class VectorSoftmax {
  private static final int PART = ScalarCrossEntropy.PART;

  private VectorSoftmax() {}

  /** {@link KernelCall.Softmax}. */
  static void run(KernelCall.Softmax call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          Scratch scratch = Scratch.borrow();
          float[] lanes = scratch.floats(0, Lanes.COUNT);
          float max = VectorSums.max(x, call.x().offset() + 4 * from * n, n);
          long done = call.y().offset() + 4 * from * n;
          float factor = 1f;
          for (long row = from; row < to; row++) {
            long xb = call.x().offset() + 4 * row * n;
            long yb = call.y().offset() + 4 * row * n;
            long next = row + 1 < to ? xb + 4L * n : xb;
            long scaled = call.log() ? yb : done;
            float following =
                VectorSums.expsInto(x, xb, next, y, yb, scaled, factor, n, max, lanes);
            float sum = Species.close(lanes);
            if (call.log()) {
              shift(x, xb, y, yb, n, max, FloatMath.log(sum));
            } else {
              factor = 1f / sum;
            }
            done = yb;
            max = following;
          }
          if (!call.log()) {
            scale(y, done, n, factor);
          }
          scratch.giveBack();
        });
  }

  /** {@code y = factor y}. */
  static void scale(MemorySegment y, long yb, int n, float factor) {
    MemorySegment ys = Species.floats(y, yb, n);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, ys, 4L * i, Species.ORDER)
          .mul(factor)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
    for (int i = bound; i < n; i++) {
      Elements.set(y, yb, i, Elements.get(y, yb, i) * factor);
    }
  }

  private static void shift(
      MemorySegment x, long xb, MemorySegment y, long yb, int n, float max, float log) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER)
          .sub(max)
          .sub(log)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
    for (int i = bound; i < n; i++) {
      Elements.set(y, yb, i, Elements.get(x, xb, i) - max - log);
    }
  }

  /** {@link KernelCall.SoftmaxGrad}. */
  static void run(KernelCall.SoftmaxGrad call) {
    int n = Math.toIntExact(call.cols());
    MemorySegment y = call.y().segment();
    MemorySegment dy = call.dy().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long yb = call.y().offset() + 4 * row * n;
            long db = call.dy().offset() + 4 * row * n;
            long ob = call.dx().offset() + 4 * row * n;
            if (call.log()) {
              float sum = VectorSums.sum(dy, db, n);
              VectorSums.exps(y, yb, call.dx().segment(), ob, n, 0f, 1f);
              logGrad(dy, db, call.dx().segment(), ob, n, sum);
            } else {
              float sum = VectorSums.dot(dy, db, y, yb, n);
              grad(y, yb, dy, db, call.dx().segment(), ob, n, sum);
            }
          }
        });
  }

  private static void grad(
      MemorySegment y,
      long yb,
      MemorySegment dy,
      long db,
      MemorySegment dx,
      long ob,
      int n,
      float sum) {
    MemorySegment ys = Species.floats(y, yb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment dxs = Species.floats(dx, ob, n);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER)
          .sub(sum)
          .mul(FloatVector.fromMemorySegment(Species.F32, ys, 4L * i, Species.ORDER))
          .intoMemorySegment(dxs, 4L * i, Species.ORDER);
    }
    for (int i = bound; i < n; i++) {
      Elements.set(dx, ob, i, (Elements.get(dy, db, i) - sum) * Elements.get(y, yb, i));
    }
  }

  /** Makes probabilities in dx the gradient. */
  private static void logGrad(
      MemorySegment dy, long db, MemorySegment dx, long ob, int n, float sum) {
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment dxs = Species.floats(dx, ob, n);
    int bound = n & -Species.LENGTH;
    FloatVector minus = FloatVector.broadcast(Species.F32, -sum);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector p = FloatVector.fromMemorySegment(Species.F32, dxs, 4L * i, Species.ORDER);
      minus
          .fma(p, FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER))
          .intoMemorySegment(dxs, 4L * i, Species.ORDER);
    }
    for (int i = bound; i < n; i++) {
      float p = Elements.get(dx, ob, i);
      Elements.set(dx, ob, i, Math.fma(-sum, p, Elements.get(dy, db, i)));
    }
  }

  /** {@link KernelCall.CrossEntropy}. */
  static void run(KernelCall.CrossEntropy call) {
    ScalarCrossEntropy.checkLabels(call.labels(), call.rows(), call.cols(), call.ignoreIndex());
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.logits().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          Scratch scratch = Scratch.borrow();
          for (long row = from; row < to; row++) {
            float lse = logSumExp(x, call.logits().offset() + 4 * row * n, n, scratch);
            ScalarCrossEntropy.close(call, row, lse);
          }
          scratch.giveBack();
        });
  }

  private static float logSumExp(MemorySegment x, long xb, int n, Scratch scratch) {
    float[] sums = scratch.floats(0, Lanes.COUNT);
    float[] spare = scratch.floats(1, Lanes.COUNT);
    Arrays.fill(sums, 0, Lanes.COUNT, 0f);
    float shift = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < n; from += PART) {
      int length = Math.min(PART, n - from);
      long base = xb + 4L * from;
      float limit = shift + ScalarCrossEntropy.ROOM;
      boolean first = shift == Float.NEGATIVE_INFINITY;
      if (first || VectorSums.addWeights(x, base, length, shift, limit, sums, spare)) {
        float max = VectorSums.max(x, base, length);
        if (max > limit) {
          ScalarCrossEntropy.scale(sums, shift, max);
          shift = max;
        }
        float by = ScalarCrossEntropy.finite(shift);
        VectorSums.addWeights(x, base, length, by, Float.POSITIVE_INFINITY, sums, spare);
      }
      float[] added = spare;
      spare = sums;
      sums = added;
    }
    return shift + FloatMath.log(Species.close(sums));
  }

  /** {@link KernelCall.CrossEntropyGrad}. */
  static void run(KernelCall.CrossEntropyGrad call) {
    ScalarCrossEntropy.checkLabels(call.labels(), call.rows(), call.cols(), call.ignoreIndex());
    int n = Math.toIntExact(call.cols());
    MemorySegment x = call.logits().segment();
    MemorySegment dx = call.dlogits().segment();
    Tasks.rows(
        call.rows(),
        n,
        (from, to) -> {
          for (long row = from; row < to; row++) {
            long xb = call.logits().offset() + 4 * row * n;
            long ob = call.dlogits().offset() + 4 * row * n;
            long label = Elements.getLong(call.labels().segment(), call.labels().offset(), row);
            if (label == call.ignoreIndex()) {
              dx.asSlice(ob, 4L * n).fill((byte) 0);
              continue;
            }
            float lse = Elements.get(call.logSumExp().segment(), call.logSumExp().offset(), row);
            float dl = Elements.get(call.dlosses().segment(), call.dlosses().offset(), row);
            float p = FloatMath.exp(Elements.get(x, xb, label) - lse);
            VectorSums.exps(x, xb, dx, ob, n, lse, dl);
            Elements.set(dx, ob, label, dl * (p - 1f));
          }
        });
  }
}
