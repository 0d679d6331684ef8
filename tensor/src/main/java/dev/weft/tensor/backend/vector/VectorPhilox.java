package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;

import dev.weft.tensor.kernel.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link Philox} with a counter in each lane. */
final class VectorPhilox {
  private static final long WORD = 0xFFFFFFFFL;
  private static final LongVector M0 = LongVector.broadcast(Species.I64, Philox.M0 & WORD);
  private static final LongVector M1 = LongVector.broadcast(Species.I64, Philox.M1 & WORD);
  private static final VectorMask<Integer> ODD = odd();

  private VectorPhilox() {}

  private static VectorMask<Integer> odd() {
    boolean[] lanes = new boolean[LANES];
    for (int i = 1; i < LANES; i += 2) {
      lanes[i] = true;
    }
    return VectorMask.fromArray(Species.I32, lanes, 0);
  }

  /**
   * Draws for the counters (c0, c1[lane], c2, c3[lane]), LANES lanes from {@code v}, with {@code
   * count} values of c0 from {@code first}: the four words of a counter go to four rows of COLUMNS,
   * counters one after the other.
   *
   * <p>Rounds are a loop, and what is made of the words is left to other methods: with ten rounds
   * in line, or with the comparisons here, C2 runs into its limit of nodes and boxes the vectors (5
   * times slower). The loop calls nothing of ours, for the reason that {@link MathLoops} gives.
   */
  static void words(
      long key, int first, int count, int[] c1, int c2, int[] c3, int v, int[] words) {
    for (int i = 0; i < count; i++) {
      IntVector x0 = IntVector.broadcast(Species.I32, first + i);
      IntVector x1 = IntVector.fromArray(Species.I32, c1, v);
      IntVector x2 = IntVector.broadcast(Species.I32, c2);
      IntVector x3 = IntVector.fromArray(Species.I32, c3, v);
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        LongVector l0 = x0.reinterpretAsLongs();
        LongVector l2 = x2.reinterpretAsLongs();
        LongVector even0 = l0.and(WORD).mul(M0);
        LongVector odd0 = l0.lanewise(VectorOperators.LSHR, 32).mul(M0);
        LongVector even1 = l2.and(WORD).mul(M1);
        LongVector odd1 = l2.lanewise(VectorOperators.LSHR, 32).mul(M1);
        IntVector high1 = even1.lanewise(VectorOperators.LSHR, 32).reinterpretAsInts();
        IntVector high0 = even0.lanewise(VectorOperators.LSHR, 32).reinterpretAsInts();
        IntVector low1 = odd1.lanewise(VectorOperators.LSHL, 32).reinterpretAsInts();
        IntVector low0 = odd0.lanewise(VectorOperators.LSHL, 32).reinterpretAsInts();
        x0 = high1.blend(odd1.reinterpretAsInts(), ODD).lanewise(VectorOperators.XOR, x1);
        x0 = x0.lanewise(VectorOperators.XOR, k0);
        x1 = even1.reinterpretAsInts().blend(low1, ODD);
        x2 = high0.blend(odd0.reinterpretAsInts(), ODD).lanewise(VectorOperators.XOR, x3);
        x2 = x2.lanewise(VectorOperators.XOR, k1);
        x3 = even0.reinterpretAsInts().blend(low0, ODD);
        k0 += Philox.W0;
        k1 += Philox.W1;
      }
      int at = v + i * 4 * COLUMNS;
      x0.intoArray(words, at);
      x1.intoArray(words, at + COLUMNS);
      x2.intoArray(words, at + 2 * COLUMNS);
      x3.intoArray(words, at + 3 * COLUMNS);
    }
  }

  /** {@code x = scale * x}, and 0 where the words drop it. */
  static void drop(float[] x, int[] words, int threshold, float scale, int length) {
    for (int i = 0; i < length; i += LANES) {
      IntVector drawn = IntVector.fromArray(Species.I32, words, i);
      FloatVector.fromArray(Species.F32, x, i)
          .mul(scale)
          .blend(0f, drawn.compare(VectorOperators.ULT, threshold).cast(Species.F32))
          .intoArray(x, i);
    }
  }
}
