package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath} on vectors, operation for operation, so that every lane has its bits.
 *
 * <p>The transcendental lanewise operators of the Vector API are never used: they change bits when
 * C2 replaces the interpreter.
 */
final class VectorMath {
  private static final IntVector ONE_BITS = IntVector.broadcast(Species.I32, 127 << 23);
  private static final FloatVector E4 = Species.broadcast(FloatMath.E4);
  private static final FloatVector E3 = Species.broadcast(FloatMath.E3);
  private static final FloatVector E2 = Species.broadcast(FloatMath.E2);
  private static final FloatVector E1 = Species.broadcast(FloatMath.E1);
  private static final FloatVector E0 = Species.broadcast(FloatMath.E0);
  private static final FloatVector MINUS_LN2_REST = Species.broadcast(-FloatMath.LN2_REST);
  private static final FloatVector MINUS_LN2 = Species.broadcast(-FloatMath.LN2);
  private static final FloatVector LOG2_E = Species.broadcast(FloatMath.LOG2_E);
  private static final FloatVector ROUNDER = Species.broadcast(FloatMath.ROUNDER);
  private static final FloatVector L8 = Species.broadcast(FloatMath.L8);
  private static final FloatVector LN2_SHORT_REST = Species.broadcast(FloatMath.LN2_SHORT_REST);
  private static final FloatVector MINUS_HALF = Species.broadcast(-0.5f);
  private static final FloatVector LN2_SHORT = Species.broadcast(FloatMath.LN2_SHORT);
  private static final FloatVector T4 = Species.broadcast(FloatMath.T4);
  private static final FloatVector ONE = Species.broadcast(1f);
  private static final FloatVector TWO = Species.broadcast(2f);
  private static final FloatVector A5 = Species.broadcast(FloatMath.A5);
  private static final FloatVector C6 = Species.broadcast(FloatMath.C6);
  private static final FloatVector GELU_CUBIC_3 = Species.broadcast(3f * FloatMath.GELU_CUBIC);
  private static final FloatVector TWO_TO_23 = Species.broadcast(0x1p23f);
  private static final FloatVector TWENTY_THREE = Species.broadcast(23f);
  private static final FloatVector HALF = Species.broadcast(0.5f);
  private static final FloatVector SQRT_HALF = Species.broadcast(FloatMath.SQRT_HALF);
  private static final FloatVector GELU_CUBIC = Species.broadcast(FloatMath.GELU_CUBIC);
  private static final FloatVector SQRT_2_OVER_PI = Species.broadcast(FloatMath.SQRT_2_OVER_PI);
  private static final FloatVector INV_SQRT_2PI = Species.broadcast(FloatMath.INV_SQRT_2PI);
  private static final FloatVector ZERO = Species.broadcast(0f);
  private static final FloatVector INFINITY = Species.broadcast(Float.POSITIVE_INFINITY);
  private static final FloatVector NAN = Species.broadcast(Float.NaN);
  private static final FloatVector MINUS_INFINITY = Species.broadcast(Float.NEGATIVE_INFINITY);
  private static final FloatVector TANH_ONE = Species.broadcast(FloatMath.TANH_ONE);
  private static final FloatVector ERF_ONE = Species.broadcast(FloatMath.ERF_ONE);
  private static final FloatVector MIN_NORMAL = Species.broadcast(Float.MIN_NORMAL);
  private static final FloatVector TANH_SPLIT = Species.broadcast(FloatMath.TANH_SPLIT);
  private static final FloatVector ERF_SPLIT = Species.broadcast(FloatMath.ERF_SPLIT);
  private static final FloatVector L7 = Species.broadcast(FloatMath.L7);
  private static final FloatVector L6 = Species.broadcast(FloatMath.L6);
  private static final FloatVector L5 = Species.broadcast(FloatMath.L5);
  private static final FloatVector L4 = Species.broadcast(FloatMath.L4);
  private static final FloatVector L3 = Species.broadcast(FloatMath.L3);
  private static final FloatVector L2 = Species.broadcast(FloatMath.L2);
  private static final FloatVector L1 = Species.broadcast(FloatMath.L1);
  private static final FloatVector L0 = Species.broadcast(FloatMath.L0);
  private static final FloatVector T3 = Species.broadcast(FloatMath.T3);
  private static final FloatVector T2 = Species.broadcast(FloatMath.T2);
  private static final FloatVector T1 = Species.broadcast(FloatMath.T1);
  private static final FloatVector T0 = Species.broadcast(FloatMath.T0);
  private static final FloatVector A4 = Species.broadcast(FloatMath.A4);
  private static final FloatVector A3 = Species.broadcast(FloatMath.A3);
  private static final FloatVector A2 = Species.broadcast(FloatMath.A2);
  private static final FloatVector A1 = Species.broadcast(FloatMath.A1);
  private static final FloatVector A0 = Species.broadcast(FloatMath.A0);
  private static final FloatVector C5 = Species.broadcast(FloatMath.C5);
  private static final FloatVector C4 = Species.broadcast(FloatMath.C4);
  private static final FloatVector C3 = Species.broadcast(FloatMath.C3);
  private static final FloatVector C2 = Species.broadcast(FloatMath.C2);
  private static final FloatVector C1 = Species.broadcast(FloatMath.C1);
  private static final FloatVector C0 = Species.broadcast(FloatMath.C0);
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

  /**
   * Two to the integer that {@code t - ROUNDER} is, from -126 to 127: the low nine bits of ROUNDER
   * are zero, so the shift leaves the integer alone where the exponent goes.
   */
  private static FloatVector power(FloatVector t) {
    return t.reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, 23)
        .add(ONE_BITS)
        .reinterpretAsFloats();
  }

  /** {@link FloatMath#exp} for arguments within -80 .. 80, or NaN: one power of two is enough. */
  private static FloatVector expInside(FloatVector x) {
    FloatVector t = x.fma(LOG2_E, ROUNDER);
    FloatVector n = t.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_REST, n.fma(MINUS_LN2, x));
    FloatVector q = E4.fma(r, E3).fma(r, E2).fma(r, E1).fma(r, E0);
    return q.fma(r.mul(r), r).add(ONE).mul(power(t));
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

  /** {@link FloatMath#tanh}. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = T4.fma(z, T3);
    p = p.fma(z, T2);
    p = p.fma(z, T1);
    p = p.fma(z, T0);
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector c = a.blend(TANH_ONE, a.compare(VectorOperators.GT, TANH_ONE));
    FloatVector e = expInside(c.add(c)).add(ONE);
    FloatVector large = ONE.sub(TWO.div(e));
    return withSign(large, x).blend(small, a.compare(VectorOperators.LT, TANH_SPLIT));
  }

  /** {@link FloatMath#erf}. */
  static FloatVector erf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector s = x.mul(x);
    FloatVector p = A5.fma(s, A4);
    p = p.fma(s, A3);
    p = p.fma(s, A2);
    p = p.fma(s, A1);
    p = p.fma(s, A0);
    FloatVector small = p.fma(x, x);
    FloatVector t = a.blend(ERF_ONE, a.compare(VectorOperators.GT, ERF_ONE));
    FloatVector c = C6.fma(t, C5);
    c = c.fma(t, C4);
    c = c.fma(t, C3);
    c = c.fma(t, C2);
    c = c.fma(t, C1);
    c = c.fma(t, C0);
    FloatVector g = c.fma(t, t);
    FloatVector large = ONE.sub(expInside(g.neg()));
    return small.blend(withSign(large, x), a.compare(VectorOperators.GT, ERF_SPLIT));
  }

  /** The sign of x, which is neither zero nor NaN where this counts, on {@code large}. */
  private static FloatVector withSign(FloatVector large, FloatVector x) {
    return large.blend(large.neg(), x.compare(VectorOperators.LT, ZERO));
  }

  /** {@link FloatMath#sigmoid}. */
  static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(ONE));
  }

  /** {@link FloatMath#silu}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(ONE));
  }

  /** {@link FloatMath#gelu}. */
  static FloatVector gelu(FloatVector x) {
    return x.mul(HALF).mul(erf(x.mul(SQRT_HALF)).add(ONE));
  }

  /** {@link FloatMath#geluTanh}. */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector inner = x.mul(x).mul(GELU_CUBIC).fma(x, x).mul(SQRT_2_OVER_PI);
    return x.mul(HALF).mul(tanh(inner).add(ONE));
  }

  /** {@link FloatMath#relu}. */
  static FloatVector relu(FloatVector x) {
    return x.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
  }

  /** {@link FloatMath#siluGrad}. */
  static FloatVector siluGrad(FloatVector x) {
    FloatVector one = ONE;
    FloatVector s = sigmoid(x);
    return s.mul(x.fma(one.sub(s), one));
  }

  /** {@link FloatMath#geluGrad}. */
  static FloatVector geluGrad(FloatVector x) {
    return x.fma(geluPdf(x), geluCdf(x));
  }

  /** The normal distribution at x. */
  static FloatVector geluCdf(FloatVector x) {
    return erf(x.mul(SQRT_HALF)).add(ONE).mul(HALF);
  }

  /** Its density at x. */
  static FloatVector geluPdf(FloatVector x) {
    return exp(x.mul(x).mul(MINUS_HALF)).mul(INV_SQRT_2PI);
  }

  /** {@link FloatMath#geluTanhGrad}. */
  static FloatVector geluTanhGrad(FloatVector x) {
    FloatVector one = ONE;
    FloatVector z = x.mul(x);
    FloatVector t = tanh(z.mul(GELU_CUBIC).fma(x, x).mul(SQRT_2_OVER_PI));
    FloatVector slope = z.fma(GELU_CUBIC_3, one).mul(SQRT_2_OVER_PI);
    FloatVector inner = t.neg().fma(t, one).mul(slope);
    return x.fma(inner, t.add(ONE)).mul(HALF);
  }
}
