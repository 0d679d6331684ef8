package dev.weft.tensor.laws;

/**
 * How near two floats must be: {@code |got - expected| <= absolute + relative * |expected|}, where
 * both are finite; NaN and infinities must agree. Both 0 means the same bits, which is what Weft
 * asks of its kernels; a device whose units round otherwise states a bound.
 *
 * @param relative fraction of the expected value
 * @param absolute in the unit of the value
 */
public record Tolerance(double relative, double absolute) {
  /** The same bits; one NaN is as good as another. */
  public static final Tolerance BITS = new Tolerance(0, 0);

  public Tolerance {
    if (!(relative >= 0 && absolute >= 0)) {
      throw new IllegalArgumentException(
          "tolerance: expected at least 0, got " + relative + " and " + absolute);
    }
  }

  boolean accepts(Operand got, long i, Operand expected, long j) {
    if (got.bits(i) == expected.bits(j)) {
      return true;
    }
    double x = got.get(i);
    double y = expected.get(j);
    return (relative > 0 || absolute > 0)
        && got.buf().dtype().isFloating()
        && Double.isFinite(x)
        && Double.isFinite(y)
        && Math.abs(x - y) <= absolute + relative * Math.abs(y);
  }
}
