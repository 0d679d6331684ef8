package dev.weft.recsys.eval;

import java.util.Arrays;

/** A 95 % interval of a mean over users. */
public record Interval(double low, double high) {
  private static final int RESAMPLES = 1000;

  /** Percentiles by nearest rank: the 25th smallest and the 975th of 1,000. */
  private static final int LOW = RESAMPLES * 25 / 1000 - 1;

  private static final int HIGH = RESAMPLES * 975 / 1000 - 1;

  /**
   * Percentile bootstrap of the column means of {@code rows} [n][columns], n at least 1: 1,000
   * times, n rows are drawn with replacement and averaged. The draws depend on the seed and n
   * alone, so two methods measured on the same users are resampled alike.
   */
  static Interval[] bootstrap(double[][] rows, long seed) {
    int n = rows.length;
    int columns = rows[0].length;
    double[][] means = new double[columns][RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      SplitMix64 random = new SplitMix64(seed).split(r);
      double[] sums = new double[columns];
      for (int i = 0; i < n; i++) {
        double[] row = rows[random.below(n)];
        for (int c = 0; c < columns; c++) {
          sums[c] += row[c];
        }
      }
      for (int c = 0; c < columns; c++) {
        means[c][r] = sums[c] / n;
      }
    }
    Interval[] intervals = new Interval[columns];
    for (int c = 0; c < columns; c++) {
      Arrays.sort(means[c]);
      intervals[c] = new Interval(means[c][LOW], means[c][HIGH]);
    }
    return intervals;
  }
}
