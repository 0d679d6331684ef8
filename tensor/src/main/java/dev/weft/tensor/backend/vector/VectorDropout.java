package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Philox;
import dev.weft.tensor.kernel.ScalarDropout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarDropout} with one Philox counter a long lane, whose high half may hold anything: as
 * in {@link VectorPhilox}. A row's words are drawn first, then looked at.
 */
final class VectorDropout {
  private static final int LANES = Species.I64.length();
  private static final long WORD = 0xFFFFFFFFL;

  private VectorDropout() {}

  /** {@link KernelCall.Dropout}. */
  static void run(KernelCall.Dropout call) {
    int threshold = Philox.threshold(call.p());
    int n = Math.toIntExact(call.cols());
    int bound = threshold < Philox.DRAWS ? n & -ScalarDropout.BLOCK : 0;
    Tasks.split(
        call.rows(),
        Math.max(1, Tasks.ELEMENTS / 4 / Math.max(1, n)),
        (from, to) -> {
          Scratch scratch = Scratch.borrow();
          int[] words = scratch.words(Math.max(bound, ScalarDropout.BLOCK) / 2);
          for (long row = from; row < to; row++) {
            long rowKey = ScalarDropout.rowKey(call, row);
            if (bound > 0) {
              vectors(call, row, rowKey, threshold, bound, words);
            }
            ScalarDropout.part(call, row, rowKey, bound, n, threshold, words);
          }
          scratch.giveBack();
        });
  }

  private static void vectors(
      KernelCall.Dropout call, long row, long rowKey, int threshold, int bound, int[] words) {
    draw(call.key(), rowKey, call.site(), words, bound / 8);
    long xb = call.x().offset() + 4 * row * call.cols();
    long yb = call.y().offset() + 4 * row * call.cols();
    float scale = Philox.scale(call.p());
    keep(words, threshold << 16, scale, call.x().segment(), xb, call.y().segment(), yb, bound);
  }

  // In two loops that call nothing of ours, for the reason that MathLoops gives.

  /** Writes the words of so many counters, in the groups that ScalarDropout describes. */
  private static void draw(long key, long rowKey, int site, int[] words, int counters) {
    LongVector m0 = LongVector.broadcast(Species.I64, Philox.M0 & WORD).and(WORD);
    LongVector m1 = LongVector.broadcast(Species.I64, Philox.M1 & WORD).and(WORD);
    LongVector c0 = LongVector.zero(Species.I64).addIndex(1);
    LongVector c1 = LongVector.broadcast(Species.I64, rowKey & WORD);
    LongVector c2 = LongVector.broadcast(Species.I64, rowKey >>> 32);
    LongVector c3 = LongVector.broadcast(Species.I64, site & WORD);
    for (int i = 0; i < counters; i += LANES) {
      LongVector x0 = c0.add(i);
      LongVector x1 = c1;
      LongVector x2 = c2;
      LongVector x3 = c3;
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        LongVector p0 = x0.and(WORD).mul(m0);
        LongVector p1 = x2.and(WORD).mul(m1);
        x1 = x1.lanewise(VectorOperators.XOR, k0 & WORD);
        x0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x1);
        x1 = p1;
        x3 = x3.lanewise(VectorOperators.XOR, k1 & WORD);
        x2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x3);
        x3 = p0;
        k0 += Philox.W0;
        k1 += Philox.W1;
      }
      LongVector first = x0.and(WORD).or(x1.lanewise(VectorOperators.LSHL, 32));
      LongVector last = x2.and(WORD).or(x3.lanewise(VectorOperators.LSHL, 32));
      int at = i / 8 * 32 + i % 8 * 2;
      first.reinterpretAsInts().intoArray(words, at);
      last.reinterpretAsInts().intoArray(words, at + 16);
    }
  }

  /** Looks at 16 words for 32 columns. A draw is moved to the high half, {@code least} is there. */
  private static void keep(
      int[] words,
      int least,
      float scale,
      MemorySegment x,
      long xb,
      MemorySegment y,
      long yb,
      int bound) {
    MemorySegment xs = Species.floats(x, xb, bound);
    MemorySegment ys = Species.floats(y, yb, bound);
    for (int group = 0; group < bound; group += 32) {
      for (int i = group; i < group + 16; i += Species.LENGTH) {
        IntVector drawn = IntVector.fromArray(Species.I32, words, i - group / 2);
        VectorMask<Integer> low =
            drawn.lanewise(VectorOperators.LSHL, 16).compare(VectorOperators.ULT, least);
        Species.load(xs, i)
            .mul(scale)
            .blend(0f, low.cast(Species.F32))
            .intoMemorySegment(ys, 4L * i, Species.ORDER);
        VectorMask<Integer> high = drawn.compare(VectorOperators.ULT, least);
        Species.load(xs, i + 16)
            .mul(scale)
            .blend(0f, high.cast(Species.F32))
            .intoMemorySegment(ys, 4L * (i + 16), Species.ORDER);
      }
    }
  }
}
