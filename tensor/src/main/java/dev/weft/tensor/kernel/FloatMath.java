package dev.weft.tensor.kernel;

/**
 * exp, log, tanh, erf and the activations on floats, made of correctly rounded operations only (+ -
 * * / fma, comparisons, integer operations on the bits), so that they give the same bits in every
 * JIT tier, on every machine and in every vector width: {@code VectorMath} repeats them operation
 * for operation.
 *
 * <p>NaN gives NaN (its payload is not defined), infinities and zeros give the limits, subnormals
 * are not flushed. Largest errors over all floats, in units in the last place of the result where
 * it is normal, as {@code weft bench accuracy} asserts them: exp 1.02, log 1, tanh 2, erf 1.5,
 * sigmoid and silu 3. In units in the last place of the argument: gelu and geluTanh 2. In those of
 * the argument or of 1, whichever is larger: the derivatives of erf, silu, gelu and geluTanh 2.
 *
 * <p>The polynomials are minimax fits of this project (weighted Lawson iteration in double,
 * coefficients rounded to float one after the other); the reductions are the classic ones of Cody
 * and Waite.
 */
public final class FloatMath {
  /** {@code 1.5 * 2^23}: adding it rounds a small float to an integer held in the low bits. */
  public static final float ROUNDER = 0x1.8p23f;

  /** The bits of {@link #ROUNDER}. */
  public static final int ROUNDER_BITS = 0x4B400000;

  /** {@code 1 / ln 2}. */
  public static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 rounded to float: products with exponents are exact, or nearly, in fma. */
  public static final float LN2 = 0x1.62e43p-1f;

  /** ln 2 - {@link #LN2}. */
  public static final float LN2_REST = -0x1.05c61p-29f;

  /** Arguments above it overflow exp. */
  public static final float EXP_HIGH = 89f;

  /** Arguments below it underflow exp to 0. */
  public static final float EXP_LOW = -104f;

  /** {@code exp(r) = 1 + r + r^2 (E0 + E1 r + ...)} for |r| below ln(2) / 2; error 0.06 * 2^-24. */
  public static final float E0 = 0x1.fffffcp-2f;

  public static final float E1 = 0x1.555492p-3f;
  public static final float E2 = 0x1.5558b8p-5f;
  public static final float E3 = 0x1.1239aap-7f;
  public static final float E4 = 0x1.6a4508p-10f;

  /** The bits of {@code sqrt(1/2)}: log reduces its argument to sqrt(1/2) .. sqrt(2). */
  public static final int SQRT_HALF_BITS = 0x3F3504F3;

  /** ln 2 in few bits, so that its product with an exponent is exact. */
  public static final float LN2_SHORT = 0x1.63p-1f;

  /** ln 2 - {@link #LN2_SHORT}. */
  public static final float LN2_SHORT_REST = -0x1.bd0106p-13f;

  /** {@code log(1 + f) = f - f^2 / 2 + f^3 (L0 + L1 f + ...)}; error 0.02 * 2^-24. */
  public static final float L0 = 0x1.555548p-2f;

  public static final float L1 = -0x1.000006p-2f;
  public static final float L2 = 0x1.99a47ap-3f;
  public static final float L3 = -0x1.555c52p-3f;
  public static final float L4 = 0x1.233b38p-3f;
  public static final float L5 = -0x1.fc256cp-4f;
  public static final float L6 = 0x1.e6c3a6p-4f;
  public static final float L7 = -0x1.de1b5ap-4f;
  public static final float L8 = 0x1.148b2cp-4f;

  /** {@code 2^r = 1 + r (P0 + P1 r + ...)} for |r| up to 1/2; error 0.05 * 2^-24. */
  public static final float P0 = 0x1.62e43p-1f;

  public static final float P1 = 0x1.ebfbdcp-3f;
  public static final float P2 = 0x1.c6af7ap-5f;
  public static final float P3 = 0x1.3b2dd2p-7f;
  public static final float P4 = 0x1.5f0946p-10f;
  public static final float P5 = 0x1.417a5cp-13f;

  /** Below it tanh is an odd polynomial, {@code x + x^3 (T0 + T1 x^2 + ...)}. */
  public static final float TANH_SPLIT = 0.625f;

  /** From here on tanh is 1. */
  public static final float TANH_ONE = 10f;

  public static final float T0 = -0x1.555532p-2f;
  public static final float T1 = 0x1.1106f6p-3f;
  public static final float T2 = -0x1.b835a4p-5f;
  public static final float T3 = 0x1.51f8cep-6f;
  public static final float T4 = -0x1.750ce2p-8f;

  /** {@code 2 / ln 2}, of tanh. */
  public static final float TWO_LOG2_E = 0x1.715476p1f;

  /** Up to here {@code erf(x) = x + x (A0 + A1 x^2 + ...)}; error 0.3 * 2^-24. */
  public static final float ERF_SPLIT = 0.9275f;

  /** From here on erf is 1. */
  public static final float ERF_ONE = 4f;

  public static final float A0 = 0x1.06eba6p-3f;
  public static final float A1 = -0x1.8126e2p-2f;
  public static final float A2 = 0x1.ce1986p-4f;
  public static final float A3 = -0x1.b67c04p-6f;
  public static final float A4 = 0x1.46d9e2p-8f;
  public static final float A5 = -0x1.38741cp-11f;

  /** {@code log2(erfc(t)) = t (C0 + C1 t + ...)} from the split to 4; error of erf 0.05 * 2^-24. */
  public static final float C0 = -0x1.a0cb12p0f;

  public static final float C1 = -0x1.d595e8p-1f;
  public static final float C2 = -0x1.36facp-3f;
  public static final float C3 = 0x1.0e724ep-5f;
  public static final float C4 = -0x1.2fc564p-8f;
  public static final float C5 = 0x1.435464p-12f;

  /** {@code -log2(e)}, of the derivative of erf. */
  public static final float MINUS_LOG2_E = -LOG2_E;

  /** {@code log2(2 / sqrt(pi))}, of the same. */
  public static final float LOG2_ERF_SLOPE = 0x1.64de32p-3f;

  /** From here on the normal distribution function is 1, and 0 below its negative. */
  public static final float CDF_ONE = 5.7f;

  /**
   * {@code log2(Phi(-t)) = -1 + t (D0 + D1 t + ...)} from 0 to {@link #CDF_ONE}, Phi being the
   * normal distribution function; error of it 0.14 * 2^-24.
   */
  public static final float D0 = -0x1.26aed4p0f;

  public static final float D1 = -0x1.d63ac2p-2f;
  public static final float D2 = -0x1.ae0a8p-5f;
  public static final float D3 = 0x1.ced246p-8f;
  public static final float D4 = -0x1.1d1054p-13f;
  public static final float D5 = -0x1.87532ap-13f;
  public static final float D6 = 0x1.4b11f4p-15f;
  public static final float D7 = -0x1.7d8326p-19f;

  /** {@code -log2(e) / 2}, of the normal density. */
  public static final float MINUS_HALF_LOG2_E = -0x1.715476p-1f;

  /** {@code log2(1 / sqrt(2 pi))}, of the normal density. */
  public static final float LOG2_DENSITY = -0x1.53643ap0f;

  /** Powers of two above it are infinity, and 0 below its negative, in GELU. */
  public static final float LAST_POWER = 126f;

  /** {@code -2 sqrt(2 / pi) / ln 2}, of GELU's tanh form. */
  public static final float GELU_SLOPE = -0x1.26aec2p1f;

  /** The cubic coefficient of GELU's tanh form. */
  public static final float GELU_CUBIC = 0.044715f;

  /** {@code 2 sqrt(2 / pi)}, of the derivative of GELU's tanh form. */
  public static final float GELU_RISE = 0x1.988454p0f;

  /** {@code 3 * 0.044715 * 2 sqrt(2 / pi)}, of the same. */
  public static final float GELU_RISE_SQUARE = 0x1.b6676cp-3f;

  private FloatMath() {}

  /** e to the power x; 0 below -104, infinity above 88.7228, gradual underflow between. */
  public static float exp(float x) {
    float t = Math.fma(x, LOG2_E, ROUNDER);
    float n = t - ROUNDER;
    float r = Math.fma(n, -LN2, x);
    r = Math.fma(n, -LN2_REST, r);
    float q = Math.fma(E4, r, E3);
    q = Math.fma(q, r, E2);
    q = Math.fma(q, r, E1);
    q = Math.fma(q, r, E0);
    float y = Math.fma(q, r * r, r) + 1f;
    int k = Float.floatToRawIntBits(t) - ROUNDER_BITS;
    int half = k >> 1;
    y *= Float.intBitsToFloat((half + 127) << 23);
    y *= Float.intBitsToFloat((k - half + 127) << 23);
    if (x < EXP_LOW) {
      return 0f;
    }
    return x > EXP_HIGH ? Float.POSITIVE_INFINITY : y;
  }

  /** 2 to the power x, which is -126 to 127; of others, NaN too, it has no particular value. */
  private static float exp2(float x) {
    float t = x + ROUNDER;
    float r = x - (t - ROUNDER);
    float q = Math.fma(P5, r, P4);
    q = Math.fma(q, r, P3);
    q = Math.fma(q, r, P2);
    q = Math.fma(q, r, P1);
    q = Math.fma(q, r, P0);
    q = Math.fma(q, r, 1f);
    int power = Float.floatToRawIntBits(t) << 23;
    return Float.intBitsToFloat(Float.floatToRawIntBits(q) + power);
  }

  /** Natural logarithm; minus infinity at 0 of either sign, NaN below. */
  public static float log(float x) {
    boolean tiny = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(tiny ? x * 0x1p23f : x) - SQRT_HALF_BITS;
    float e = (float) ((bits >> 23) - (tiny ? 23 : 0));
    float f = Float.intBitsToFloat((bits & 0x007FFFFF) + SQRT_HALF_BITS) - 1f;
    float z = f * f;
    float p = Math.fma(L8, f, L7);
    p = Math.fma(p, f, L6);
    p = Math.fma(p, f, L5);
    p = Math.fma(p, f, L4);
    p = Math.fma(p, f, L3);
    p = Math.fma(p, f, L2);
    p = Math.fma(p, f, L1);
    p = Math.fma(p, f, L0);
    float y = p * (f * z);
    y = Math.fma(e, LN2_SHORT_REST, y);
    y = Math.fma(z, -0.5f, y);
    y = Math.fma(e, LN2_SHORT, f + y);
    if (!(x < Float.POSITIVE_INFINITY)) {
      return x;
    }
    if (x == 0f) {
      return Float.NEGATIVE_INFINITY;
    }
    return x < 0f ? Float.NaN : y;
  }

  /** Hyperbolic tangent; keeps the sign of zero. */
  public static float tanh(float x) {
    float a = Math.abs(x);
    float z = x * x;
    float p = Math.fma(T4, z, T3);
    p = Math.fma(p, z, T2);
    p = Math.fma(p, z, T1);
    p = Math.fma(p, z, T0);
    float small = Math.fma(p * z, x, x);
    if (!(a >= TANH_SPLIT)) {
      return small;
    }
    float c = a > TANH_ONE ? TANH_ONE : a;
    float large = 1f - 2f / (exp2(c * TWO_LOG2_E) + 1f);
    return Math.copySign(large, x);
  }

  /** The error function; keeps the sign of zero. */
  public static float erf(float x) {
    float a = Math.abs(x);
    if (!(a > ERF_SPLIT)) {
      float s = x * x;
      float p = Math.fma(A5, s, A4);
      p = Math.fma(p, s, A3);
      p = Math.fma(p, s, A2);
      p = Math.fma(p, s, A1);
      p = Math.fma(p, s, A0);
      return Math.fma(p, x, x);
    }
    float t = a > ERF_ONE ? ERF_ONE : a;
    float p = Math.fma(C5, t, C4);
    p = Math.fma(p, t, C3);
    p = Math.fma(p, t, C2);
    p = Math.fma(p, t, C1);
    p = Math.fma(p, t, C0);
    return Math.copySign(1f - exp2(p * t), x);
  }

  /** The normal distribution function; of NaN it has no particular value. */
  private static float cdf(float x) {
    float t = Math.abs(x);
    float p = Math.fma(D7, t, D6);
    p = Math.fma(p, t, D5);
    p = Math.fma(p, t, D4);
    p = Math.fma(p, t, D3);
    p = Math.fma(p, t, D2);
    p = Math.fma(p, t, D1);
    p = Math.fma(p, t, D0);
    float rest = t > CDF_ONE ? 0f : exp2(Math.fma(p, t, -1f));
    return x > 0f ? 1f - rest : rest;
  }

  /** {@code 1 / (1 + exp(-x))}; 0 below -89. */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** {@code x / (1 + exp(-x))}; -0 below -88.8, NaN at minus infinity, as PyTorch. */
  public static float silu(float x) {
    return x / (1f + exp(-x));
  }

  /** x times the normal distribution function of x; NaN at minus infinity, as PyTorch. */
  public static float gelu(float x) {
    return x * cdf(x);
  }

  /**
   * {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}, as x times a logistic function; NaN
   * at minus infinity, as PyTorch.
   */
  public static float geluTanh(float x) {
    return x / (1f + geluExp(x, x * x));
  }

  /** {@code exp(-2 sqrt(2 / pi) (x + 0.044715 x^3))}. */
  private static float geluExp(float x, float square) {
    float p = GELU_SLOPE * Math.fma(GELU_CUBIC * square, x, x);
    if (p > LAST_POWER) {
      return Float.POSITIVE_INFINITY;
    }
    return p < -LAST_POWER ? 0f : exp2(p);
  }

  /** x where positive, +0 where not; NaN stays. */
  public static float relu(float x) {
    return x <= 0f ? 0f : x;
  }

  /** Derivative of {@link #erf} at x. */
  public static float erfGrad(float x) {
    float y = gauss(Math.fma(MINUS_LOG2_E, x * x, LOG2_ERF_SLOPE));
    return Float.isNaN(x) ? x : y;
  }

  /** {@link #exp2} of x, which is below 127 or NaN; 0 below -126. */
  private static float gauss(float x) {
    return x < -LAST_POWER ? 0f : exp2(x);
  }

  /** Derivative of {@link #silu} at x. */
  public static float siluGrad(float x) {
    float s = sigmoid(x);
    return s * Math.fma(x, 1f - s, 1f);
  }

  /** Derivative of {@link #gelu} at x. */
  public static float geluGrad(float x) {
    float pdf = gauss(Math.fma(MINUS_HALF_LOG2_E, x * x, LOG2_DENSITY));
    return Math.fma(x, pdf, cdf(x));
  }

  /** Derivative of {@link #geluTanh} at x; NaN where x^2 overflows, as PyTorch. */
  public static float geluTanhGrad(float x) {
    float z = x * x;
    float e = geluExp(x, z);
    float s = 1f / (1f + e);
    float rest = s == 0f ? 1f : e * s;
    float rise = Math.fma(GELU_RISE_SQUARE, z, GELU_RISE);
    return Math.fma(x * (s * rest), rise, s);
  }
}
