package dev.weft.recsys.eval;

/**
 * What a rank is worth when there is one target. With one target Recall@K is Hit@K, the ideal DCG
 * is 1, and so NDCG@K = 1 / log2(rank + 1) within the first K and 0 beyond. Names as in RecBole.
 */
public enum Metric {
  RECALL_1("Recall@1", 1, false),
  RECALL_10("Recall@10", 10, false),
  NDCG_1("NDCG@1", 1, true),
  NDCG_10("NDCG@10", 10, true);

  /** Beyond this rank every metric is 0. */
  static final int LAST_RANK = 10;

  private final String label;
  private final int k;
  private final boolean discounted;

  Metric(String label, int k, boolean discounted) {
    this.label = label;
    this.k = k;
    this.discounted = discounted;
  }

  /** The name in tables and in {@code metrics.json}. */
  public String label() {
    return label;
  }

  /** The worth of a target at that rank; the best rank is 1. */
  public double at(int rank) {
    if (rank < 1) {
      throw new IllegalArgumentException(label + ": expected a rank of at least 1, got " + rank);
    }
    if (rank > k) {
      return 0;
    }
    // StrictMath: the bits of Math.log may change when the compiler replaces the interpreter.
    return discounted ? StrictMath.log(2) / StrictMath.log(rank + 1.0) : 1;
  }

  /** The expected worth when {@code chance[h]} is the probability of rank h + 1. */
  double expected(double[] chance) {
    double sum = 0;
    for (int h = 0; h < Math.min(chance.length, k); h++) {
      sum += chance[h] * at(h + 1);
    }
    return sum;
  }

  /** Where this metric stands in a row of all of them. */
  @SuppressWarnings("EnumOrdinal") // rows live in memory only
  int column() {
    return ordinal();
  }
}
