package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Philox} with a counter in each lane. */
final class VectorPhilox {
  private static final long WORD = 0xFFFFFFFFL;

  private VectorPhilox() {}

  /**
   * Draws for the counters (c0, c1, c2, c3) and writes, for each of the four words, a row of 1
   * where the word keeps and 0 where it drops, rows COLUMNS apart from {@code at}.
   */
  static void kept(
      long key, int c0, IntVector c1, int c2, IntVector c3, long threshold, float[] kept, int at) {
    IntVector x0 = IntVector.broadcast(Species.I32, c0);
    IntVector x1 = c1;
    IntVector x2 = IntVector.broadcast(Species.I32, c2);
    IntVector x3 = c3;
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < Philox.ROUNDS; round++) {
      LongVector even0 = x0.reinterpretAsLongs().and(WORD).mul(Philox.M0 & WORD);
      LongVector odd0 =
          x0.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 32).mul(Philox.M0 & WORD);
      LongVector even1 = x2.reinterpretAsLongs().and(WORD).mul(Philox.M1 & WORD);
      LongVector odd1 =
          x2.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 32).mul(Philox.M1 & WORD);
      x0 = high(even1, odd1).lanewise(VectorOperators.XOR, x1).lanewise(VectorOperators.XOR, k0);
      x1 = low(even1, odd1);
      x2 = high(even0, odd0).lanewise(VectorOperators.XOR, x3).lanewise(VectorOperators.XOR, k1);
      x3 = low(even0, odd0);
      k0 += Philox.W0;
      k1 += Philox.W1;
    }
    store(x0, threshold, kept, at);
    store(x1, threshold, kept, at + COLUMNS);
    store(x2, threshold, kept, at + 2 * COLUMNS);
    store(x3, threshold, kept, at + 3 * COLUMNS);
  }

  private static IntVector high(LongVector even, LongVector odd) {
    return even.lanewise(VectorOperators.LSHR, 32).or(odd.and(~WORD)).reinterpretAsInts();
  }

  private static IntVector low(LongVector even, LongVector odd) {
    return even.and(WORD).or(odd.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
  }

  private static void store(IntVector words, long threshold, float[] kept, int at) {
    FloatVector.zero(SPECIES)
        .blend(1f, words.compare(VectorOperators.UGE, (int) threshold).cast(SPECIES))
        .intoArray(kept, at);
  }
}
