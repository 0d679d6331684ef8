package dev.weft.recsys.eval;

/**
 * The rank of a target among {@link #NEGATIVES} items drawn uniformly and without replacement from
 * the others of its domain.
 *
 * <p>Of N others, A stand above the target. A sample of m holds H of those A, where H is
 * hypergeometric, P(H = h) = C(A, h) C(N-A, m-h) / C(N, m), and the target's rank is H + 1. So one
 * count over the domain gives the mean of every metric over all draws, without drawing.
 */
final class SampledRank {
  /** Size of a sample; a domain with fewer others is its own sample. */
  static final int NEGATIVES = 1000;

  private SampledRank() {}

  /**
   * P(H = h) for h = 0 .. 9, from {@code others} = N, {@code above} = A and a sample of {@code
   * drawn} = m.
   *
   * <p>The smallest h that can happen is l = max(0, A - (N - m)), where more stand above than are
   * left out. Its chance is a product: for l = 0 all A are among the N - m left out, which is the
   * product of (N-m-i) / (N-i) over i &lt; A; else all N - m left out are among the A, the product
   * of (A-i) / (N-i) over i &lt; N - m. From there P(h+1) / P(h) = (A-h)(m-h) / ((h+1)(N-A-m+h+1)).
   * No logarithm, so the same bits everywhere; an error of some N units in the last place; and
   * where the first chance is below what a double holds, so are all ten.
   */
  static double[] chances(int others, int above, int drawn) {
    if (above < 0 || above > others || drawn < 0 || drawn > others) {
      throw new IllegalArgumentException(
          "sampled rank: expected 0 to "
              + others
              + " items above and drawn, got "
              + above
              + " and "
              + drawn);
    }
    double[] chances = new double[Metric.LAST_RANK];
    int leftOut = others - drawn;
    int least = Math.max(0, above - leftOut);
    if (least >= chances.length) {
      return chances;
    }
    double chance = 1;
    int factors = Math.min(above, leftOut);
    int top = Math.max(above, leftOut);
    for (int i = 0; i < factors; i++) {
      chance *= (double) (top - i) / (others - i);
    }
    int most = Math.min(above, drawn);
    for (int h = least; h < chances.length && h <= most; h++) {
      chances[h] = chance;
      chance *= (double) (above - h) * (drawn - h) / ((h + 1.0) * (leftOut - above + h + 1));
    }
    return chances;
  }

  /**
   * The rank in one actual draw. The draw depends on the seed and the user alone, so that all
   * methods meet the same negatives.
   *
   * @param domain the items of the target's domain, the target among them
   */
  static int draw(float[] scores, int target, int[] domain, long seed, int user) {
    SplitMix64 random = new SplitMix64(seed).split(user);
    int[] others = new int[domain.length - 1];
    int n = 0;
    for (int item : domain) {
      if (item != target) {
        others[n++] = item;
      }
    }
    int rank = 1;
    for (int i = 0; i < Math.min(NEGATIVES, n); i++) {
      int j = i + random.below(n - i);
      int item = others[j];
      others[j] = others[i];
      if (scores[item] >= scores[target]) {
        rank++;
      }
    }
    return rank;
  }
}
