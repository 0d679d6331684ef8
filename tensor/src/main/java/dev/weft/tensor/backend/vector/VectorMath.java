package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath} on vectors, operation for operation, so that every lane has its bits; longer
 * functions are in {@link MathLoops}.
 *
 * <p>The transcendental lanewise operators of the Vector API are never used: they change bits when
 * C2 replaces the interpreter.
 */
final class VectorMath {
  private static final FloatVector ROUNDER = Species.broadcast(FloatMath.ROUNDER);
  private static final FloatVector L8 = Species.broadcast(FloatMath.L8);
  private static final FloatVector LN2_SHORT_REST = Species.broadcast(FloatMath.LN2_SHORT_REST);
  private static final FloatVector MINUS_HALF = Species.broadcast(-0.5f);
  private static final FloatVector LN2_SHORT = Species.broadcast(FloatMath.LN2_SHORT);
  private static final FloatVector ONE = Species.broadcast(1f);
  private static final FloatVector TWO_TO_23 = Species.broadcast(0x1p23f);
  private static final FloatVector TWENTY_THREE = Species.broadcast(23f);
  private static final FloatVector ZERO = Species.broadcast(0f);
  private static final FloatVector INFINITY = Species.broadcast(Float.POSITIVE_INFINITY);
  private static final FloatVector NAN = Species.broadcast(Float.NaN);
  private static final FloatVector MINUS_INFINITY = Species.broadcast(Float.NEGATIVE_INFINITY);
  private static final FloatVector MIN_NORMAL = Species.broadcast(Float.MIN_NORMAL);
  private static final FloatVector L7 = Species.broadcast(FloatMath.L7);
  private static final FloatVector L6 = Species.broadcast(FloatMath.L6);
  private static final FloatVector L5 = Species.broadcast(FloatMath.L5);
  private static final FloatVector L4 = Species.broadcast(FloatMath.L4);
  private static final FloatVector L3 = Species.broadcast(FloatMath.L3);
  private static final FloatVector L2 = Species.broadcast(FloatMath.L2);
  private static final FloatVector L1 = Species.broadcast(FloatMath.L1);
  private static final FloatVector L0 = Species.broadcast(FloatMath.L0);
  private static final IntVector ROUNDER_BITS =
      IntVector.broadcast(Species.I32, FloatMath.ROUNDER_BITS);
  private static final IntVector SQRT_HALF_BITS =
      IntVector.broadcast(Species.I32, FloatMath.SQRT_HALF_BITS);
  private static final IntVector MANTISSA = IntVector.broadcast(Species.I32, 0x007FFFFF);

  private VectorMath() {}

  /** {@link FloatMath#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector t =
        x.fma(Species.broadcast(FloatMath.LOG2_E), Species.broadcast(FloatMath.ROUNDER));
    FloatVector y = mantissa(x, t);
    IntVector k = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    y = y.mul(power(half));
    y = y.mul(power(k.sub(half)));
    y = y.blend(0f, x.compare(VectorOperators.LT, FloatMath.EXP_LOW));
    return y.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, FloatMath.EXP_HIGH));
  }

  private static FloatVector mantissa(FloatVector x, FloatVector t) {
    FloatVector n = t.sub(Species.broadcast(FloatMath.ROUNDER));
    FloatVector r = n.fma(Species.broadcast(-FloatMath.LN2), x);
    r = n.fma(Species.broadcast(-FloatMath.LN2_REST), r);
    FloatVector q = Species.broadcast(FloatMath.E4).fma(r, Species.broadcast(FloatMath.E3));
    q = q.fma(r, Species.broadcast(FloatMath.E2));
    q = q.fma(r, Species.broadcast(FloatMath.E1));
    q = q.fma(r, Species.broadcast(FloatMath.E0));
    return q.fma(r.mul(r), r).add(Species.broadcast(1f));
  }

  private static FloatVector power(IntVector k) {
    return k.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** {@link FloatMath#log}. */
  static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, MIN_NORMAL);
    IntVector bits = x.blend(x.mul(TWO_TO_23), tiny).reinterpretAsInts().sub(SQRT_HALF_BITS);
    FloatVector e =
        bits.lanewise(VectorOperators.ASHR, 23)
            .add(ROUNDER_BITS)
            .reinterpretAsFloats()
            .sub(ROUNDER);
    e = e.blend(e.sub(TWENTY_THREE), tiny);
    FloatVector f = bits.and(MANTISSA).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(ONE);
    FloatVector z = f.mul(f);
    FloatVector p = L8.fma(f, L7);
    p = p.fma(f, L6);
    p = p.fma(f, L5);
    p = p.fma(f, L4);
    p = p.fma(f, L3);
    p = p.fma(f, L2);
    p = p.fma(f, L1);
    p = p.fma(f, L0);
    FloatVector y = p.mul(f.mul(z));
    y = e.fma(LN2_SHORT_REST, y);
    y = z.fma(MINUS_HALF, y);
    y = e.fma(LN2_SHORT, f.add(y));
    y = y.blend(NAN, x.compare(VectorOperators.LT, ZERO));
    y = y.blend(MINUS_INFINITY, x.compare(VectorOperators.EQ, ZERO));
    return y.blend(x, x.compare(VectorOperators.LT, INFINITY).not());
  }

  /** {@link FloatMath#relu}. */
  static FloatVector relu(FloatVector x) {
    return x.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
  }
}
