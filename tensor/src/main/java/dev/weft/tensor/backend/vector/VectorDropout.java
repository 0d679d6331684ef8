package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Philox;
import dev.weft.tensor.kernel.ScalarDropout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link ScalarDropout} with one Philox counter a long lane: each lane holds a 32-bit word, so a
 * product of two is one multiplication. The four words of the counters are then interleaved into
 * the order of their columns.
 */
final class VectorDropout {
  private static final int LANES = Species.I64.length();

  /** Words of a counter. */
  private static final int WORDS = 4;

  private static final long WORD = 0xFFFFFFFFL;
  private static final LongVector MASK = LongVector.broadcast(Species.I64, WORD);
  private static final LongVector M0 = LongVector.broadcast(Species.I64, Philox.M0 & WORD);
  private static final LongVector M1 = LongVector.broadcast(Species.I64, Philox.M1 & WORD);
  private static final LongVector IOTA = LongVector.zero(Species.I64).addIndex(1);
  private static final VectorShuffle<Integer> LOW = interleaved(0);
  private static final VectorShuffle<Integer> HIGH = interleaved(LANES / 2);

  private VectorDropout() {}

  /**
   * Longs of two vectors in turns, from lane {@code first} of each. A shuffle of ints: C2 has none
   * of two longs.
   */
  private static VectorShuffle<Integer> interleaved(int first) {
    return VectorShuffle.fromOp(
        Species.I32,
        lane -> 2 * (first + lane / 4) + lane % 2 + (lane % 4 < 2 ? 0 : Species.LENGTH));
  }

  /** {@link KernelCall.Dropout}. */
  static void run(KernelCall.Dropout call) {
    long threshold = Philox.threshold(call.p());
    int n = Math.toIntExact(call.cols());
    int bound = threshold <= WORD ? n & -(4 * LANES) : 0;
    Tasks.split(
        call.rows(),
        Math.max(1, Tasks.ELEMENTS / 4 / Math.max(1, n)),
        (from, to) -> {
          Scratch scratch = Scratch.borrow();
          int[] words = scratch.words(Math.max(bound, WORDS));
          for (long row = from; row < to; row++) {
            long rowKey = ScalarDropout.rowKey(call, row);
            vectors(call, row, rowKey, (int) threshold, bound, words);
            ScalarDropout.part(call, row, rowKey, bound, n, threshold, words);
          }
          scratch.giveBack();
        });
  }

  private static void vectors(
      KernelCall.Dropout call, long row, long rowKey, int threshold, int bound, int[] words) {
    draw(call.key(), rowKey, call.site(), words, bound);
    long xb = call.x().offset() + 4 * row * call.cols();
    long yb = call.y().offset() + 4 * row * call.cols();
    float scale = Philox.scale(call.p());
    keep(words, threshold, scale, call.x().segment(), xb, call.y().segment(), yb, bound);
  }

  // In two loops that call nothing of ours, for the reason that MathLoops gives.

  private static void draw(long key, long rowKey, int site, int[] words, int bound) {
    LongVector c1 = LongVector.broadcast(Species.I64, rowKey & WORD);
    LongVector c2 = LongVector.broadcast(Species.I64, rowKey >>> 32);
    LongVector c3 = LongVector.broadcast(Species.I64, site & WORD);
    for (int i = 0; i < bound; i += 4 * LANES) {
      LongVector x0 = IOTA.add(i / 4);
      LongVector x1 = c1;
      LongVector x2 = c2;
      LongVector x3 = c3;
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        LongVector p0 = x0.mul(M0);
        LongVector p1 = x2.mul(M1);
        x0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x1);
        x0 = x0.lanewise(VectorOperators.XOR, k0 & WORD);
        x1 = p1.and(MASK);
        x2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x3);
        x2 = x2.lanewise(VectorOperators.XOR, k1 & WORD);
        x3 = p0.and(MASK);
        k0 += Philox.W0;
        k1 += Philox.W1;
      }
      IntVector even = x0.or(x1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      IntVector odd = x2.or(x3.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      even.rearrange(LOW, odd).intoArray(words, i);
      even.rearrange(HIGH, odd).intoArray(words, i + Species.LENGTH);
    }
  }

  private static void keep(
      int[] words,
      int threshold,
      float scale,
      MemorySegment x,
      long xb,
      MemorySegment y,
      long yb,
      int bound) {
    for (int i = 0; i < bound; i += Species.LENGTH) {
      IntVector drawn = IntVector.fromArray(Species.I32, words, i);
      VectorMask<Float> dropped = drawn.compare(VectorOperators.ULT, threshold).cast(Species.F32);
      FloatVector.fromMemorySegment(Species.F32, x, xb + 4L * i, Species.ORDER)
          .mul(scale)
          .blend(0f, dropped)
          .intoMemorySegment(y, yb + 4L * i, Species.ORDER);
    }
  }
}
