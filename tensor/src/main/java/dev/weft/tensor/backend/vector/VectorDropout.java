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

/**
 * {@link ScalarDropout} with one Philox counter a long lane, whose high half may hold anything: as
 * in {@link VectorPhilox}. Words are looked at as soon as they are drawn: memory brings elements
 * while the next ones are. (Drawing a row's words first took a quarter more time.)
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
          int[] words = scratch.words(ScalarDropout.BLOCK / 2);
          for (long row = from; row < to; row++) {
            long rowKey = ScalarDropout.rowKey(call, row);
            if (bound > 0) {
              vectors(call, row, rowKey, threshold, bound);
            }
            ScalarDropout.part(call, row, rowKey, bound, n, threshold, words);
          }
          scratch.giveBack();
        });
  }

  private static void vectors(
      KernelCall.Dropout call, long row, long rowKey, int threshold, int bound) {
    long xb = call.x().offset() + 4 * row * call.cols();
    long yb = call.y().offset() + 4 * row * call.cols();
    float scale = Philox.scale(call.p());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    drop(call.key(), rowKey, call.site(), threshold << 16, scale, x, xb, y, yb, bound);
  }

  // Calls nothing of ours, for the reason that MathLoops gives. At 16 columns each, the four parts
  // at the end are the same; in a method they would be too deep for C2, and their vectors objects.

  /** Draws for blocks of 64 columns, in the groups that ScalarDropout describes. */
  private static void drop(
      long key,
      long rowKey,
      int site,
      int least,
      float scale,
      MemorySegment x,
      long xb,
      MemorySegment y,
      long yb,
      int bound) {
    MemorySegment xs = Species.floats(x, xb, bound);
    MemorySegment ys = Species.floats(y, yb, bound);
    LongVector m0 = LongVector.broadcast(Species.I64, Philox.M0 & WORD).and(WORD);
    LongVector m1 = LongVector.broadcast(Species.I64, Philox.M1 & WORD).and(WORD);
    LongVector c0 = LongVector.zero(Species.I64).addIndex(1);
    LongVector c1 = LongVector.broadcast(Species.I64, rowKey & WORD);
    LongVector c2 = LongVector.broadcast(Species.I64, rowKey >>> 32);
    LongVector c3 = LongVector.broadcast(Species.I64, site & WORD);
    for (int i = 0; i < bound / 8; i += LANES) {
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
      IntVector first = x0.and(WORD).or(x1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      IntVector last = x2.and(WORD).or(x3.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      int at = i / 8 * 64 + i % 8 * 2;
      VectorMask<Integer> drop0 =
          first.lanewise(VectorOperators.LSHL, 16).compare(VectorOperators.ULT, least);
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * at, Species.ORDER)
          .mul(scale)
          .blend(0f, drop0.cast(Species.F32))
          .intoMemorySegment(ys, 4L * at, Species.ORDER);
      VectorMask<Integer> drop16 = first.compare(VectorOperators.ULT, least);
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * (at + 16), Species.ORDER)
          .mul(scale)
          .blend(0f, drop16.cast(Species.F32))
          .intoMemorySegment(ys, 4L * (at + 16), Species.ORDER);
      VectorMask<Integer> drop32 =
          last.lanewise(VectorOperators.LSHL, 16).compare(VectorOperators.ULT, least);
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * (at + 32), Species.ORDER)
          .mul(scale)
          .blend(0f, drop32.cast(Species.F32))
          .intoMemorySegment(ys, 4L * (at + 32), Species.ORDER);
      VectorMask<Integer> drop48 = last.compare(VectorOperators.ULT, least);
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * (at + 48), Species.ORDER)
          .mul(scale)
          .blend(0f, drop48.cast(Species.F32))
          .intoMemorySegment(ys, 4L * (at + 48), Species.ORDER);
    }
  }
}
