package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;

import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.ScalarAttention;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} over parts of arrays, for kernels that do much else: the operations of {@link
 * VectorMath}, written out.
 *
 * <p>C2 inlines no more methods, but for those of the Vector API, into code of some 18,000 nodes,
 * which is 60 to 80 vector operations; and a vector that crosses a call is an object. In a GEMM's
 * epilogue and in attention, where a loop is compiled together with all that surrounds it, the
 * functions of {@code VectorMath} came to be called so: 2 GB of garbage a second, a fifth of an
 * encoder's time. These loops call nothing that could be left out. Lengths are whole vectors;
 * {@code spare} is as long as what is worked on.
 */
final class MathLoops {
  private static final VectorSpecies<Float> SPECIES = Species.F32;
  private static final int LANES = Species.LENGTH;

  private MathLoops() {}

  /**
   * {@link ScalarAttention#weight} of {@code x * scale - shift}, which is at most 80, for {@code n}
   * rows of COLUMNS, LANES lanes from {@code lane}. Each lane's weights are added to {@code sums}
   * in order.
   */
  static void weights(
      float[] x, int lane, int n, float scale, float[] shift, int s, float[] sums, int t) {
    FloatVector less = FloatVector.fromArray(SPECIES, shift, s);
    FloatVector sum = FloatVector.fromArray(SPECIES, sums, t);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
    FloatVector log2e = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
    FloatVector ln2 = FloatVector.broadcast(SPECIES, -FloatMath.LN2);
    FloatVector ln2Rest = FloatVector.broadcast(SPECIES, -FloatMath.LN2_REST);
    FloatVector e0 = FloatVector.broadcast(SPECIES, FloatMath.E0);
    FloatVector e1 = FloatVector.broadcast(SPECIES, FloatMath.E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, FloatMath.E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, FloatMath.E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, FloatMath.E4);
    IntVector oneBits = IntVector.broadcast(Species.I32, 127 << 23);
    for (int j = 0; j < n; j++) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, lane + j * COLUMNS).mul(scale).sub(less);
      FloatVector rounded = v.fma(log2e, rounder);
      FloatVector k = rounded.sub(rounder);
      FloatVector r = k.fma(ln2Rest, k.fma(ln2, v));
      FloatVector q = e4.fma(r, e3).fma(r, e2).fma(r, e1).fma(r, e0);
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(oneBits);
      FloatVector weight =
          q.fma(r.mul(r), r)
              .add(one)
              .mul(power.reinterpretAsFloats())
              .blend(0f, v.compare(VectorOperators.LT, ScalarAttention.NEGLIGIBLE));
      weight.intoArray(x, lane + j * COLUMNS);
      sum = sum.add(weight);
    }
    sum.intoArray(sums, t);
  }

  /** {@link FloatMath#exp}. */
  static void exp(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector t =
          v.fma(
              FloatVector.broadcast(SPECIES, FloatMath.LOG2_E),
              FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
      FloatVector n = t.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
      FloatVector r =
          n.fma(
              FloatVector.broadcast(SPECIES, -FloatMath.LN2_REST),
              n.fma(FloatVector.broadcast(SPECIES, -FloatMath.LN2), v));
      FloatVector q =
          FloatVector.broadcast(SPECIES, FloatMath.E4)
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E3))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E2))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E1))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E0));
      IntVector k = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
      IntVector first = k.lanewise(VectorOperators.ASHR, 1);
      IntVector second = k.sub(first);
      q.fma(r.mul(r), r)
          .add(1f)
          .mul(first.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .mul(second.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_LOW))
          .blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_HIGH))
          .intoArray(x, i);
    }
  }

  /**
   * Adds {@link FloatMath#log} of sums, which are normal numbers, 0, infinite or NaN, to {@code
   * greatest}; minus infinity where a sum is 0.
   */
  static void logSumExp(float[] sums, float[] greatest, int from, int length) {
    for (int i = from; i < from + length; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, sums, i);
      IntVector bits = x.reinterpretAsInts().sub(FloatMath.SQRT_HALF_BITS);
      FloatVector e =
          bits.lanewise(VectorOperators.ASHR, 23)
              .add(FloatMath.ROUNDER_BITS)
              .reinterpretAsFloats()
              .sub(FloatMath.ROUNDER);
      FloatVector f =
          bits.and(0x007FFFFF).add(FloatMath.SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
      FloatVector z = f.mul(f);
      FloatVector p =
          FloatVector.broadcast(SPECIES, FloatMath.L8)
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L7))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L6))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L5))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L4))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L3))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L2))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L1))
              .fma(f, FloatVector.broadcast(SPECIES, FloatMath.L0));
      FloatVector y = p.mul(f.mul(z));
      y = e.fma(FloatVector.broadcast(SPECIES, FloatMath.LN2_SHORT_REST), y);
      y = z.fma(FloatVector.broadcast(SPECIES, -0.5f), y);
      y = e.fma(FloatVector.broadcast(SPECIES, FloatMath.LN2_SHORT), f.add(y));
      y = y.blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
      FloatVector.fromArray(SPECIES, greatest, i)
          .add(y)
          .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f))
          .intoArray(greatest, i);
    }
  }

  /** {@link FloatMath#tanh}. */
  static void tanh(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector a = v.abs();
      FloatVector z = v.mul(v);
      FloatVector p =
          FloatVector.broadcast(SPECIES, FloatMath.T4)
              .fma(z, FloatVector.broadcast(SPECIES, FloatMath.T3))
              .fma(z, FloatVector.broadcast(SPECIES, FloatMath.T2))
              .fma(z, FloatVector.broadcast(SPECIES, FloatMath.T1))
              .fma(z, FloatVector.broadcast(SPECIES, FloatMath.T0));
      FloatVector small = p.mul(z).fma(v, v);
      VectorMask<Float> above = a.compare(VectorOperators.GT, FloatMath.TANH_ONE);
      FloatVector g = a.blend(FloatMath.TANH_ONE, above).mul(FloatMath.TWO_LOG2_E);
      FloatVector rounded = g.add(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
      FloatVector r = g.sub(rounded.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER)));
      FloatVector q =
          FloatVector.broadcast(SPECIES, FloatMath.P5)
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P4))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P3))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P2))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P1))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P0))
              .fma(r, FloatVector.broadcast(SPECIES, 1f));
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = q.reinterpretAsInts().add(power).reinterpretAsFloats();
      FloatVector ratio = FloatVector.broadcast(SPECIES, 2f).div(e.add(1f));
      FloatVector large = FloatVector.broadcast(SPECIES, 1f).sub(ratio);
      large = large.blend(large.neg(), v.compare(VectorOperators.LT, 0f));
      small.blend(large, a.compare(VectorOperators.GE, FloatMath.TANH_SPLIT)).intoArray(x, i);
    }
  }

  /** {@link FloatMath#silu}. */
  static void silu(float[] x, int length, float[] spare) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).neg().intoArray(spare, i);
    }
    exp(spare, length);
    for (int i = 0; i < length; i += LANES) {
      FloatVector e = FloatVector.fromArray(SPECIES, spare, i).add(1f);
      FloatVector.fromArray(SPECIES, x, i).div(e).intoArray(x, i);
    }
  }

  /** {@link FloatMath#gelu}. */
  static void gelu(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector t = v.abs();
      FloatVector p =
          FloatVector.broadcast(SPECIES, FloatMath.D7)
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D6))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D5))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D4))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D3))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D2))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D1))
              .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D0))
              .fma(t, FloatVector.broadcast(SPECIES, -1f));
      FloatVector rounded = p.add(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
      FloatVector r = p.sub(rounded.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER)));
      FloatVector q =
          FloatVector.broadcast(SPECIES, FloatMath.P5)
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P4))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P3))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P2))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P1))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P0))
              .fma(r, FloatVector.broadcast(SPECIES, 1f));
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = q.reinterpretAsInts().add(power).reinterpretAsFloats();
      FloatVector rest = e.blend(0f, t.compare(VectorOperators.GT, FloatMath.CDF_ONE));
      FloatVector above = FloatVector.broadcast(SPECIES, 1f).sub(rest);
      v.mul(rest.blend(above, v.compare(VectorOperators.GT, 0f))).intoArray(x, i);
    }
  }

  /** {@link FloatMath#geluTanh}. */
  static void geluTanh(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector p = v.mul(v).mul(FloatMath.GELU_CUBIC).fma(v, v).mul(FloatMath.GELU_SLOPE);
      FloatVector rounded = p.add(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
      FloatVector r = p.sub(rounded.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER)));
      FloatVector q =
          FloatVector.broadcast(SPECIES, FloatMath.P5)
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P4))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P3))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P2))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P1))
              .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P0))
              .fma(r, FloatVector.broadcast(SPECIES, 1f));
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = q.reinterpretAsInts().add(power).reinterpretAsFloats();
      FloatVector exp =
          e.blend(0f, p.compare(VectorOperators.LT, -FloatMath.LAST_POWER))
              .blend(Float.POSITIVE_INFINITY, p.compare(VectorOperators.GT, FloatMath.LAST_POWER));
      v.div(exp.add(1f)).intoArray(x, i);
    }
  }
}
