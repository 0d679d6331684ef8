package dev.weft.bench.suite;

/** The error function in double, within some 1e-16: what floats are measured against. */
final class DoubleErf {
  /** From here on the continued fraction of erfc converges sooner than the series of erf. */
  private static final double SPLIT = 2.5;

  private DoubleErf() {}

  static double erf(double x) {
    double a = Math.abs(x);
    if (!(a < 6)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    return Math.copySign(a < SPLIT ? series(a) : 1 - tail(a), x);
  }

  private static double series(double a) {
    double sum = a;
    double term = a;
    for (int n = 1; Math.abs(term) > 1e-19 * sum; n++) {
      term *= -a * a / n;
      sum += term / (2 * n + 1);
    }
    return sum * (2 / Math.sqrt(Math.PI));
  }

  /** Laplace's continued fraction of erfc. */
  private static double tail(double a) {
    double fraction = 0;
    for (int k = 60; k >= 1; k--) {
      fraction = k / 2.0 / (a + fraction);
    }
    return Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
  }
}
