package dev.weft.bench;

import java.util.Arrays;

/** Times of one side, a value a round, in seconds. */
public record Series(double[] seconds) {
  public Series {
    if (seconds.length == 0) {
      throw new IllegalArgumentException("a series has at least one time");
    }
    seconds = seconds.clone();
    Arrays.sort(seconds);
  }

  /** The median. */
  public double median() {
    return quantile(0.5);
  }

  /** Distance between the quartiles as a fraction of the median. */
  public double spread() {
    return (quantile(0.75) - quantile(0.25)) / median();
  }

  /** Linear between the two nearest times. */
  private double quantile(double p) {
    double place = p * (seconds.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, seconds.length - 1);
    return seconds[below] + (place - below) * (seconds[above] - seconds[below]);
  }
}
