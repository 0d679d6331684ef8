package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.ScalarNormWeights;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Gradients of the norms' weight and bias, in the chunks of {@link ScalarNormWeights}. */
final class VectorNormWeights {
  private VectorNormWeights() {}

  /**
   * Runs {@code before} for every row, where it is given, and adds the row to the sums while it is
   * in the first cache.
   */
  static void run(
      Buf x,
      Buf dy,
      Buf means,
      Buf rstds,
      Buf dweight,
      Buf dbias,
      long rows,
      int n,
      @Nullable LongConsumer before) {
    MemorySegment xs = x.segment();
    MemorySegment ds = dy.segment();
    ScalarNormWeights.join(
        dweight,
        dbias,
        rows,
        n,
        (from, to, weights, biases, at) -> {
          for (long row = from; row < to; row++) {
            if (before != null) {
              before.accept(row);
            }
            long xb = x.offset() + 4 * row * n;
            long db = dy.offset() + 4 * row * n;
            if (weights != null) {
              float mean =
                  means.isPresent() ? Elements.get(means.segment(), means.offset(), row) : 0f;
              float rstd = Elements.get(rstds.segment(), rstds.offset(), row);
              addWeights(xs, xb, ds, db, n, mean, rstd, weights, at);
            }
            if (biases != null) {
              addBiases(ds, db, n, biases, at);
            }
          }
        });
  }

  private static void addWeights(
      MemorySegment x,
      long xb,
      MemorySegment dy,
      long db,
      int n,
      float mean,
      float rstd,
      float[] sums,
      int at) {
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector xhat = Species.load(x, xb, i).sub(mean).mul(rstd);
      FloatVector sum = FloatVector.fromArray(Species.F32, sums, at + i);
      Species.load(dy, db, i).fma(xhat, sum).intoArray(sums, at + i);
    }
    for (int i = bound; i < n; i++) {
      float xhat = (Elements.get(x, xb, i) - mean) * rstd;
      sums[at + i] = Math.fma(Elements.get(dy, db, i), xhat, sums[at + i]);
    }
  }

  private static void addBiases(MemorySegment dy, long db, int n, float[] sums, int at) {
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector sum = FloatVector.fromArray(Species.F32, sums, at + i);
      sum.add(Species.load(dy, db, i)).intoArray(sums, at + i);
    }
    for (int i = bound; i < n; i++) {
      sums[at + i] += Elements.get(dy, db, i);
    }
  }
}
