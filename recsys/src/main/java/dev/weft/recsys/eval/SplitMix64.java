package dev.weft.recsys.eval;

/**
 * The SplitMix64 generator (Steele, Lea and Flood 2014). Written out because numbers in reports
 * depend on it, and the algorithm behind {@code java.util.SplittableRandom} is not promised.
 */
final class SplitMix64 {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  SplitMix64(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** A generator for one key of this seed, whatever was drawn before. */
  SplitMix64 split(long key) {
    return new SplitMix64(mix(seed + GOLDEN * (key + 1)));
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform over 0 .. bound - 1, without bias (Lemire 2019). */
  int below(int bound) {
    long product = (next() >>> 32) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      long threshold = (1L << 32) % bound;
      while ((product & 0xFFFFFFFFL) < threshold) {
        product = (next() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
