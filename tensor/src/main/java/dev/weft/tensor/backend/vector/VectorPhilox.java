package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;

import dev.weft.tensor.kernel.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Philox} with a counter in each lane of ints: those of even and of odd lanes are rounds of
 * long lanes, whose high halves may hold anything, so that a product is one multiplication. What is
 * multiplied is masked on the spot: from that C2 knows that 32 bits are multiplied, for which every
 * processor has an instruction.
 */
final class VectorPhilox {
  private static final long WORD = 0xFFFFFFFFL;

  private VectorPhilox() {}

  /**
   * Draws for the counters (c0, c1[lane], c2, c3[lane]), LANES lanes from {@code v}, with {@code
   * count} values of c0 from {@code first}: the eight draws of a counter go to eight rows of
   * COLUMNS, low halves of its four words first, counters one after the other. A draw is the high
   * half of what is written; the other half is not to be looked at.
   *
   * <p>Rounds are a loop, and what is made of the words is left to other methods: with ten rounds
   * in line, or with the comparisons here, C2 runs into its limit of nodes and boxes the vectors (5
   * times slower). The loop calls nothing of ours, for the reason that {@link MathLoops} gives.
   */
  static void draws(
      long key, int first, int count, int[] c1, int c2, int[] c3, int v, int[] draws) {
    LongVector m0 = LongVector.broadcast(Species.I64, Philox.M0 & WORD).and(WORD);
    LongVector m1 = LongVector.broadcast(Species.I64, Philox.M1 & WORD).and(WORD);
    LongVector evenC1 = IntVector.fromArray(Species.I32, c1, v).reinterpretAsLongs();
    LongVector evenC3 = IntVector.fromArray(Species.I32, c3, v).reinterpretAsLongs();
    LongVector oddC1 = evenC1.lanewise(VectorOperators.LSHR, 32);
    LongVector oddC3 = evenC3.lanewise(VectorOperators.LSHR, 32);
    LongVector start2 = LongVector.broadcast(Species.I64, c2 & WORD);
    for (int i = 0; i < count; i++) {
      LongVector x0 = LongVector.broadcast(Species.I64, (first + i) & WORD);
      LongVector x1 = evenC1;
      LongVector x2 = start2;
      LongVector x3 = evenC3;
      LongVector y0 = x0;
      LongVector y1 = oddC1;
      LongVector y2 = start2;
      LongVector y3 = oddC3;
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < Philox.ROUNDS; round++) {
        LongVector b0 = LongVector.broadcast(Species.I64, k0 & WORD);
        LongVector b1 = LongVector.broadcast(Species.I64, k1 & WORD);
        LongVector p0 = x0.and(WORD).mul(m0);
        LongVector p1 = x2.and(WORD).mul(m1);
        LongVector q0 = y0.and(WORD).mul(m0);
        LongVector q1 = y2.and(WORD).mul(m1);
        x1 = x1.lanewise(VectorOperators.XOR, b0);
        x0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x1);
        x1 = p1;
        x3 = x3.lanewise(VectorOperators.XOR, b1);
        x2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x3);
        x3 = p0;
        y1 = y1.lanewise(VectorOperators.XOR, b0);
        y0 = q1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, y1);
        y1 = q1;
        y3 = y3.lanewise(VectorOperators.XOR, b1);
        y2 = q0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, y3);
        y3 = q0;
        k0 += Philox.W0;
        k1 += Philox.W1;
      }
      IntVector w0 = x0.and(WORD).or(y0.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      IntVector w1 = x1.and(WORD).or(y1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      IntVector w2 = x2.and(WORD).or(y2.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      IntVector w3 = x3.and(WORD).or(y3.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
      int at = v + i * 8 * COLUMNS;
      w0.lanewise(VectorOperators.LSHL, 16).intoArray(draws, at);
      w1.lanewise(VectorOperators.LSHL, 16).intoArray(draws, at + COLUMNS);
      w2.lanewise(VectorOperators.LSHL, 16).intoArray(draws, at + 2 * COLUMNS);
      w3.lanewise(VectorOperators.LSHL, 16).intoArray(draws, at + 3 * COLUMNS);
      w0.intoArray(draws, at + 4 * COLUMNS);
      w1.intoArray(draws, at + 5 * COLUMNS);
      w2.intoArray(draws, at + 6 * COLUMNS);
      w3.intoArray(draws, at + 7 * COLUMNS);
    }
  }

  /** {@code x = scale * x}, and 0 where a draw, the high half of an int, drops it. */
  static void drop(float[] x, int[] draws, int threshold, float scale, int length) {
    int least = threshold << 16;
    for (int i = 0; i < length; i += LANES) {
      IntVector drawn = IntVector.fromArray(Species.I32, draws, i);
      FloatVector.fromArray(Species.F32, x, i)
          .mul(scale)
          .blend(0f, drawn.compare(VectorOperators.ULT, least).cast(Species.F32))
          .intoArray(x, i);
    }
  }
}
