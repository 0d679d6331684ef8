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
  private VectorMath() {}

  private static FloatVector poly(FloatVector p, FloatVector x, float c) {
    return p.fma(x, Species.broadcast(c));
  }

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

  /** {@link FloatMath#exp} for arguments within -80 .. 80, or NaN. */
  static FloatVector expMiddle(FloatVector x) {
    FloatVector t =
        x.fma(Species.broadcast(FloatMath.LOG2_E), Species.broadcast(FloatMath.ROUNDER));
    return mantissa(x, t).mul(power(t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS)));
  }

  private static FloatVector mantissa(FloatVector x, FloatVector t) {
    FloatVector n = t.sub(FloatMath.ROUNDER);
    FloatVector r = n.fma(Species.broadcast(-FloatMath.LN2), x);
    r = n.fma(Species.broadcast(-FloatMath.LN2_REST), r);
    FloatVector q = poly(Species.broadcast(FloatMath.E4), r, FloatMath.E3);
    q = poly(q, r, FloatMath.E2);
    q = poly(q, r, FloatMath.E1);
    q = poly(q, r, FloatMath.E0);
    return q.fma(r.mul(r), r).add(1f);
  }

  private static FloatVector power(IntVector k) {
    return k.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** {@link FloatMath#log}. */
  static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    IntVector bits =
        x.blend(x.mul(0x1p23f), tiny).reinterpretAsInts().sub(FloatMath.SQRT_HALF_BITS);
    FloatVector e =
        bits.lanewise(VectorOperators.ASHR, 23)
            .add(FloatMath.ROUNDER_BITS)
            .reinterpretAsFloats()
            .sub(FloatMath.ROUNDER);
    e = e.blend(e.sub(23f), tiny);
    FloatVector f =
        bits.and(0x007FFFFF).add(FloatMath.SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
    FloatVector z = f.mul(f);
    FloatVector p = poly(Species.broadcast(FloatMath.L8), f, FloatMath.L7);
    p = poly(p, f, FloatMath.L6);
    p = poly(p, f, FloatMath.L5);
    p = poly(p, f, FloatMath.L4);
    p = poly(p, f, FloatMath.L3);
    p = poly(p, f, FloatMath.L2);
    p = poly(p, f, FloatMath.L1);
    p = poly(p, f, FloatMath.L0);
    FloatVector y = p.mul(f.mul(z));
    y = e.fma(Species.broadcast(FloatMath.LN2_SHORT_REST), y);
    y = z.fma(Species.broadcast(-0.5f), y);
    y = e.fma(Species.broadcast(FloatMath.LN2_SHORT), f.add(y));
    y = y.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
    y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return y.blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
  }

  /** {@link FloatMath#tanh}. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = poly(Species.broadcast(FloatMath.T4), z, FloatMath.T3);
    p = poly(p, z, FloatMath.T2);
    p = poly(p, z, FloatMath.T1);
    p = poly(p, z, FloatMath.T0);
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector c = a.blend(FloatMath.TANH_ONE, a.compare(VectorOperators.GT, FloatMath.TANH_ONE));
    FloatVector e = expMiddle(c.add(c)).add(1f);
    FloatVector large = Species.broadcast(1f).sub(Species.broadcast(2f).div(e));
    return withSign(large, x).blend(small, a.compare(VectorOperators.LT, FloatMath.TANH_SPLIT));
  }

  /** {@link FloatMath#erf}. */
  static FloatVector erf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector s = x.mul(x);
    FloatVector p = poly(Species.broadcast(FloatMath.A5), s, FloatMath.A4);
    p = poly(p, s, FloatMath.A3);
    p = poly(p, s, FloatMath.A2);
    p = poly(p, s, FloatMath.A1);
    p = poly(p, s, FloatMath.A0);
    FloatVector small = p.fma(x, x);
    FloatVector t = a.blend(FloatMath.ERF_ONE, a.compare(VectorOperators.GT, FloatMath.ERF_ONE));
    FloatVector c = poly(Species.broadcast(FloatMath.C6), t, FloatMath.C5);
    c = poly(c, t, FloatMath.C4);
    c = poly(c, t, FloatMath.C3);
    c = poly(c, t, FloatMath.C2);
    c = poly(c, t, FloatMath.C1);
    c = poly(c, t, FloatMath.C0);
    FloatVector g = c.fma(t, t);
    FloatVector large = Species.broadcast(1f).sub(expMiddle(g.neg()));
    return small.blend(withSign(large, x), a.compare(VectorOperators.GT, FloatMath.ERF_SPLIT));
  }

  /** {@code large} is not negative. */
  private static FloatVector withSign(FloatVector large, FloatVector x) {
    IntVector sign = x.reinterpretAsInts().and(0x80000000);
    return large.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /** {@link FloatMath#sigmoid}. */
  static FloatVector sigmoid(FloatVector x) {
    return Species.broadcast(1f).div(exp(x.neg()).add(1f));
  }

  /** {@link FloatMath#silu}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /** {@link FloatMath#gelu}. */
  static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(FloatMath.SQRT_HALF)).add(1f));
  }

  /** {@link FloatMath#geluTanh}. */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector inner = x.mul(x).mul(FloatMath.GELU_CUBIC).fma(x, x).mul(FloatMath.SQRT_2_OVER_PI);
    return x.mul(0.5f).mul(tanh(inner).add(1f));
  }

  /** {@link FloatMath#relu}. */
  static FloatVector relu(FloatVector x) {
    return x.blend(0f, x.compare(VectorOperators.LE, 0f));
  }

  /** {@link FloatMath#siluGrad}. */
  static FloatVector siluGrad(FloatVector x) {
    FloatVector one = Species.broadcast(1f);
    FloatVector s = sigmoid(x);
    return s.mul(x.fma(one.sub(s), one));
  }

  /** {@link FloatMath#geluGrad}. */
  static FloatVector geluGrad(FloatVector x) {
    FloatVector cdf = erf(x.mul(FloatMath.SQRT_HALF)).add(1f).mul(0.5f);
    FloatVector pdf = exp(x.mul(x).mul(-0.5f)).mul(FloatMath.INV_SQRT_2PI);
    return x.fma(pdf, cdf);
  }

  /** {@link FloatMath#geluTanhGrad}. */
  static FloatVector geluTanhGrad(FloatVector x) {
    FloatVector one = Species.broadcast(1f);
    FloatVector z = x.mul(x);
    FloatVector t = tanh(z.mul(FloatMath.GELU_CUBIC).fma(x, x).mul(FloatMath.SQRT_2_OVER_PI));
    FloatVector slope =
        z.fma(Species.broadcast(3f * FloatMath.GELU_CUBIC), one).mul(FloatMath.SQRT_2_OVER_PI);
    FloatVector inner = t.neg().fma(t, one).mul(slope);
    return x.fma(inner, t.add(1f)).mul(0.5f);
  }
}
