package dev.weft.cli;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * An axis that begins and ends at a tick, with ticks at 1, 2 or 5 times a power of ten.
 *
 * @param first the first tick, in steps of {@code digit * 10^exponent}
 * @param last the last one, in steps; beyond the first
 */
record Axis(long first, long last, int digit, int exponent) {
  /** In steps: what a quotient may be off when both its parts are decimals. */
  private static final double ROUNDING = 1e-9;

  /** Covers {@code low} to {@code high} in at most {@code most} steps, or one more. */
  static Axis over(double low, double high, int most) {
    if (!(low <= high) || Double.isInfinite(high - low)) {
      throw new IllegalArgumentException("axis: expected a range, got " + low + " to " + high);
    }
    double span = high > low ? high - low : Math.max(Math.abs(high), 1);
    int exponent = (int) Math.floor(Math.log10(span / most));
    for (; ; exponent++) {
      for (int digit : new int[] {1, 2, 5}) {
        double step = digit * Math.pow(10, exponent);
        if (step * most >= span * (1 - ROUNDING)) {
          long first = (long) Math.floor(low / step + ROUNDING);
          long last = Math.max(first + 1, (long) Math.ceil(high / step - ROUNDING));
          return new Axis(first, last, digit, exponent);
        }
      }
    }
  }

  double step() {
    return exponent < 0 ? digit / Math.pow(10, -exponent) : digit * Math.pow(10, exponent);
  }

  double[] ticks() {
    return IntStream.rangeClosed(0, (int) (last - first))
        .asDoubleStream()
        .flatMap(i -> DoubleStream.of((first + i) * step()))
        .toArray();
  }

  /** Where {@code value} stands when the axis runs from {@code from} to {@code to}. */
  double place(double value, double from, double to) {
    double start = first * step();
    double end = last * step();
    return from + (value - start) / (end - start) * (to - from);
  }

  /** With as many decimals as the step has. */
  String label(double tick) {
    return String.format(Locale.ROOT, "%,." + Math.max(0, -exponent) + "f", tick);
  }
}
