package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} on vectors, operation for operation, so that every lane has its bits, for loops
 * that do nothing else; {@link MathLoops} has some again for kernels that do.
 *
 * <p>GELU is as long as C2 takes into one loop (see there), which is why these functions, and the
 * loops that store what they give, call the Vector API and not {@link Species}: its methods are
 * always inlined.
 *
 * <p>The transcendental lanewise operators of the Vector API are never used: they change bits when
 * C2 replaces the interpreter.
 */
final class VectorMath {
  private static final VectorSpecies<Float> SPECIES = Species.F32;
  private static final FloatVector ROUNDER = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
  private static final FloatVector L8 = FloatVector.broadcast(SPECIES, FloatMath.L8);
  private static final FloatVector LN2_SHORT_REST =
      FloatVector.broadcast(SPECIES, FloatMath.LN2_SHORT_REST);
  private static final FloatVector MINUS_HALF = FloatVector.broadcast(SPECIES, -0.5f);
  private static final FloatVector LN2_SHORT = FloatVector.broadcast(SPECIES, FloatMath.LN2_SHORT);
  private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1f);
  private static final FloatVector TWO_TO_23 = FloatVector.broadcast(SPECIES, 0x1p23f);
  private static final FloatVector TWENTY_THREE = FloatVector.broadcast(SPECIES, 23f);
  private static final FloatVector ZERO = FloatVector.broadcast(SPECIES, 0f);
  private static final FloatVector INFINITY =
      FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
  private static final FloatVector NAN = FloatVector.broadcast(SPECIES, Float.NaN);
  private static final FloatVector MINUS_INFINITY =
      FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
  private static final FloatVector MIN_NORMAL = FloatVector.broadcast(SPECIES, Float.MIN_NORMAL);
  private static final FloatVector L7 = FloatVector.broadcast(SPECIES, FloatMath.L7);
  private static final FloatVector L6 = FloatVector.broadcast(SPECIES, FloatMath.L6);
  private static final FloatVector L5 = FloatVector.broadcast(SPECIES, FloatMath.L5);
  private static final FloatVector L4 = FloatVector.broadcast(SPECIES, FloatMath.L4);
  private static final FloatVector L3 = FloatVector.broadcast(SPECIES, FloatMath.L3);
  private static final FloatVector L2 = FloatVector.broadcast(SPECIES, FloatMath.L2);
  private static final FloatVector L1 = FloatVector.broadcast(SPECIES, FloatMath.L1);
  private static final FloatVector L0 = FloatVector.broadcast(SPECIES, FloatMath.L0);
  private static final IntVector ROUNDER_BITS =
      IntVector.broadcast(Species.I32, FloatMath.ROUNDER_BITS);
  private static final IntVector SQRT_HALF_BITS =
      IntVector.broadcast(Species.I32, FloatMath.SQRT_HALF_BITS);
  private static final IntVector MANTISSA = IntVector.broadcast(Species.I32, 0x007FFFFF);

  private VectorMath() {}

  /** {@link FloatMath#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector t =
        x.fma(
            FloatVector.broadcast(SPECIES, FloatMath.LOG2_E),
            FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
    FloatVector y = mantissa(x, t);
    IntVector k = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    y = y.mul(power(half));
    y = y.mul(power(k.sub(half)));
    y = y.blend(0f, x.compare(VectorOperators.LT, FloatMath.EXP_LOW));
    return y.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, FloatMath.EXP_HIGH));
  }

  private static FloatVector mantissa(FloatVector x, FloatVector t) {
    FloatVector n = t.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -FloatMath.LN2), x);
    r = n.fma(FloatVector.broadcast(SPECIES, -FloatMath.LN2_REST), r);
    FloatVector q =
        FloatVector.broadcast(SPECIES, FloatMath.E4)
            .fma(r, FloatVector.broadcast(SPECIES, FloatMath.E3));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.E2));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.E1));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.E0));
    return q.fma(r.mul(r), r).add(FloatVector.broadcast(SPECIES, 1f));
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

  /** {@link FloatMath#erf}. */
  static FloatVector erf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector s = x.mul(x);
    FloatVector p =
        FloatVector.broadcast(SPECIES, FloatMath.A5)
            .fma(s, FloatVector.broadcast(SPECIES, FloatMath.A4));
    p = p.fma(s, FloatVector.broadcast(SPECIES, FloatMath.A3));
    p = p.fma(s, FloatVector.broadcast(SPECIES, FloatMath.A2));
    p = p.fma(s, FloatVector.broadcast(SPECIES, FloatMath.A1));
    p = p.fma(s, FloatVector.broadcast(SPECIES, FloatMath.A0));
    FloatVector small = p.fma(x, x);
    FloatVector t = a.blend(FloatMath.ERF_ONE, a.compare(VectorOperators.GT, FloatMath.ERF_ONE));
    FloatVector c =
        FloatVector.broadcast(SPECIES, FloatMath.C5)
            .fma(t, FloatVector.broadcast(SPECIES, FloatMath.C4));
    c = c.fma(t, FloatVector.broadcast(SPECIES, FloatMath.C3));
    c = c.fma(t, FloatVector.broadcast(SPECIES, FloatMath.C2));
    c = c.fma(t, FloatVector.broadcast(SPECIES, FloatMath.C1));
    c = c.fma(t, FloatVector.broadcast(SPECIES, FloatMath.C0));
    FloatVector large = FloatVector.broadcast(SPECIES, 1f).sub(exp2(c.mul(t)));
    large = large.blend(large.neg(), x.compare(VectorOperators.LT, 0f));
    return small.blend(large, a.compare(VectorOperators.GT, FloatMath.ERF_SPLIT));
  }

  /** What {@link FloatMath} says of its own. */
  private static FloatVector exp2(FloatVector x) {
    FloatVector t = x.add(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER));
    FloatVector r = x.sub(t.sub(FloatVector.broadcast(SPECIES, FloatMath.ROUNDER)));
    FloatVector q =
        FloatVector.broadcast(SPECIES, FloatMath.P5)
            .fma(r, FloatVector.broadcast(SPECIES, FloatMath.P4));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.P3));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.P2));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.P1));
    q = q.fma(r, FloatVector.broadcast(SPECIES, FloatMath.P0));
    q = q.fma(r, FloatVector.broadcast(SPECIES, 1f));
    IntVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return q.reinterpretAsInts().add(power).reinterpretAsFloats();
  }

  /** {@link FloatMath#tanh}. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p =
        FloatVector.broadcast(SPECIES, FloatMath.T4)
            .fma(z, FloatVector.broadcast(SPECIES, FloatMath.T3));
    p = p.fma(z, FloatVector.broadcast(SPECIES, FloatMath.T2));
    p = p.fma(z, FloatVector.broadcast(SPECIES, FloatMath.T1));
    p = p.fma(z, FloatVector.broadcast(SPECIES, FloatMath.T0));
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector c = a.blend(FloatMath.TANH_ONE, a.compare(VectorOperators.GT, FloatMath.TANH_ONE));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector e = exp2(c.mul(FloatMath.TWO_LOG2_E)).add(one);
    FloatVector large = one.sub(FloatVector.broadcast(SPECIES, 2f).div(e));
    large = large.blend(large.neg(), x.compare(VectorOperators.LT, 0f));
    return small.blend(large, a.compare(VectorOperators.GE, FloatMath.TANH_SPLIT));
  }

  /** {@link FloatMath#sigmoid}. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    return one.div(exp(x.neg()).add(one));
  }

  /** {@link FloatMath#silu}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /** {@link FloatMath#gelu}. */
  static FloatVector gelu(FloatVector x) {
    return x.mul(cdf(x));
  }

  /** The normal distribution function. */
  private static FloatVector cdf(FloatVector x) {
    FloatVector t = x.abs();
    FloatVector p =
        FloatVector.broadcast(SPECIES, FloatMath.D7)
            .fma(t, FloatVector.broadcast(SPECIES, FloatMath.D6));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D5));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D4));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D3));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D2));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D1));
    p = p.fma(t, FloatVector.broadcast(SPECIES, FloatMath.D0));
    FloatVector rest = exp2(p.fma(t, FloatVector.broadcast(SPECIES, -1f)));
    rest = rest.blend(0f, t.compare(VectorOperators.GT, FloatMath.CDF_ONE));
    FloatVector above = FloatVector.broadcast(SPECIES, 1f).sub(rest);
    return rest.blend(above, x.compare(VectorOperators.GT, 0f));
  }

  /** {@link FloatMath#geluTanh}. */
  static FloatVector geluTanh(FloatVector x) {
    return x.div(geluExp(x, x.mul(x)).add(1f));
  }

  private static FloatVector geluExp(FloatVector x, FloatVector square) {
    FloatVector p = square.mul(FloatMath.GELU_CUBIC).fma(x, x).mul(FloatMath.GELU_SLOPE);
    return exp2(p)
        .blend(0f, p.compare(VectorOperators.LT, -FloatMath.LAST_POWER))
        .blend(Float.POSITIVE_INFINITY, p.compare(VectorOperators.GT, FloatMath.LAST_POWER));
  }

  /** {@link FloatMath#erfGrad}. */
  static FloatVector erfGrad(FloatVector x) {
    FloatVector y =
        gauss(
            FloatVector.broadcast(SPECIES, FloatMath.MINUS_LOG2_E)
                .fma(x.mul(x), FloatVector.broadcast(SPECIES, FloatMath.LOG2_ERF_SLOPE)));
    return y.blend(x, x.compare(VectorOperators.EQ, x).not());
  }

  /** {@link FloatMath#siluGrad}. */
  static FloatVector siluGrad(FloatVector x) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector s = sigmoid(x);
    return s.mul(x.fma(one.sub(s), one));
  }

  private static FloatVector gauss(FloatVector x) {
    return exp2(x).blend(0f, x.compare(VectorOperators.LT, -FloatMath.LAST_POWER));
  }

  /** {@link FloatMath#geluTanhGrad}. */
  static FloatVector geluTanhGrad(FloatVector x) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector z = x.mul(x);
    FloatVector e = geluExp(x, z);
    FloatVector s = one.div(e.add(one));
    FloatVector rest = e.mul(s).blend(1f, s.compare(VectorOperators.EQ, 0f));
    FloatVector rise =
        FloatVector.broadcast(SPECIES, FloatMath.GELU_RISE_SQUARE)
            .fma(z, FloatVector.broadcast(SPECIES, FloatMath.GELU_RISE));
    return x.mul(s.mul(rest)).fma(rise, s);
  }

  /** {@link FloatMath#relu}. */
  static FloatVector relu(FloatVector x) {
    return x.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
  }
}
