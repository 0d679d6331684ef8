package dev.weft.recsys.data;

import java.util.SplittableRandom;

/**
 * A stream of random draws for the simulator. Only {@link SplittableRandom#nextLong} is used and
 * all else is built here from it with exact arithmetic and {@link StrictMath}: how {@code
 * java.util.random} turns bits into doubles, bounded integers or exponentials is a default method
 * that a later JDK may write better, and a published sample may not change with the JDK.
 */
final class Draws {
  private final SplittableRandom random;

  /** The stream of one seed, purpose and number within the purpose. */
  Draws(long seed, int purpose, int number) {
    this.random = new SplittableRandom(mix(mix(mix(seed) + purpose) + number));
  }

  /** In [0, 1), a multiple of 2^-53. */
  double uniform() {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  /** In 0 .. bound - 1; the bias, below bound / 2^53, is nothing here. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  double exponential(double mean) {
    return -mean * StrictMath.log(1.0 - uniform());
  }

  /** A position, with probability in proportion to its weight; at least one weight is positive. */
  int weighted(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double left = uniform() * total;
    int last = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
    }
    if (last < 0) {
      throw new IllegalArgumentException("expected a positive weight, got none");
    }
    return last; // rounding left a crumb behind the last weight
  }

  /** A permutation of 0 .. length - 1 (Fisher and Yates). */
  int[] permutation(int length) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford). */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
