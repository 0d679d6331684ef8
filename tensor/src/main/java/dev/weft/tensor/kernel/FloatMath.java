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
 * the argument or of 1, whichever is larger: the derivatives of silu, gelu and geluTanh 2.
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

  /** Below it tanh is an odd polynomial, {@code x + x^3 (T0 + T1 x^2 + ...)}. */
  public static final float TANH_SPLIT = 0.625f;

  /** From here on tanh is 1. */
  public static final float TANH_ONE = 10f;

  public static final float T0 = -0x1.555532p-2f;
  public static final float T1 = 0x1.1106f6p-3f;
  public static final float T2 = -0x1.b835a4p-5f;
  public static final float T3 = 0x1.51f8cep-6f;
  public static final float T4 = -0x1.750ce2p-8f;

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

  /** {@code -ln(erfc(t)) = t + t (C0 + C1 t + ...)} from the split to 4. */
  public static final float C0 = 0x1.077a5cp-3f;

  public static final float C1 = 0x1.453108p-1f;
  public static final float C2 = 0x1.b33992p-4f;
  public static final float C3 = -0x1.8596a4p-6f;
  public static final float C4 = 0x1.de72bep-9f;
  public static final float C5 = -0x1.547f76p-12f;
  public static final float C6 = 0x1.7f4b92p-17f;

  /** {@code sqrt(1/2)}, of GELU. */
  public static final float SQRT_HALF = 0x1.6a09e6p-1f;

  /** {@code 1 / sqrt(2 pi)}, of the derivative of GELU. */
  public static final float INV_SQRT_2PI = 0x1.988454p-2f;

  /** {@code sqrt(2 / pi)}, of GELU's tanh form. */
  public static final float SQRT_2_OVER_PI = 0x1.988454p-1f;

  /** The cubic coefficient of GELU's tanh form. */
  public static final float GELU_CUBIC = 0.044715f;

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
    if (a < TANH_SPLIT) {
      return small;
    }
    float c = a > TANH_ONE ? TANH_ONE : a;
    float large = 1f - 2f / (exp(c + c) + 1f);
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
    float p = Math.fma(C6, t, C5);
    p = Math.fma(p, t, C4);
    p = Math.fma(p, t, C3);
    p = Math.fma(p, t, C2);
    p = Math.fma(p, t, C1);
    p = Math.fma(p, t, C0);
    float g = Math.fma(p, t, t);
    return Math.copySign(1f - exp(-g), x);
  }

  /** {@code 1 / (1 + exp(-x))}; 0 below -89. */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** {@code x / (1 + exp(-x))}; -0 below -88.8, NaN at minus infinity, as PyTorch. */
  public static float silu(float x) {
    return x / (1f + exp(-x));
  }

  /** {@code x (1 + erf(x / sqrt 2)) / 2}; NaN at minus infinity, as PyTorch. */
  public static float gelu(float x) {
    return 0.5f * x * (1f + erf(x * SQRT_HALF));
  }

  /** {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}. */
  public static float geluTanh(float x) {
    float inner = SQRT_2_OVER_PI * Math.fma(GELU_CUBIC * (x * x), x, x);
    return 0.5f * x * (1f + tanh(inner));
  }

  /** x where positive, +0 where not; NaN stays. */
  public static float relu(float x) {
    return x <= 0f ? 0f : x;
  }

  /** Derivative of {@link #silu} at x. */
  public static float siluGrad(float x) {
    float s = sigmoid(x);
    return s * Math.fma(x, 1f - s, 1f);
  }

  /** Derivative of {@link #gelu} at x. */
  public static float geluGrad(float x) {
    float cdf = 0.5f * (1f + erf(x * SQRT_HALF));
    float pdf = INV_SQRT_2PI * exp(-0.5f * (x * x));
    return Math.fma(x, pdf, cdf);
  }

  /** Derivative of {@link #geluTanh} at x; NaN where x^2 overflows, as PyTorch. */
  public static float geluTanhGrad(float x) {
    float z = x * x;
    float t = tanh(SQRT_2_OVER_PI * Math.fma(GELU_CUBIC * z, x, x));
    float slope = SQRT_2_OVER_PI * Math.fma(3f * GELU_CUBIC, z, 1f);
    float inner = Math.fma(-t, t, 1f) * slope;
    return 0.5f * Math.fma(x, inner, 1f + t);
  }
}
