package dev.weft.recsys.data;

/**
 * NDCG@10 over all items of two rankings of each user's last purchase: by how often an item was
 * bought before, and by that among the items of the last purchase's domain and interests, which no
 * model is told.
 */
record SampleBaselines(double popularity, double lastInterest) {

  static SampleBaselines of(Catalogue catalogue, Dataset dataset) {
    int[] sold = new int[dataset.items()];
    for (int u = 0; u < dataset.users(); u++) {
      int[] sequence = dataset.sequence(u);
      for (int i = 0; i < sequence.length - 2; i++) {
        sold[sequence[i]]++;
      }
    }
    double popularity = 0;
    double lastInterest = 0;
    for (int u = 0; u < dataset.users(); u++) {
      int[] sequence = dataset.sequence(u);
      int last = sequence[sequence.length - 2];
      double[] plain = new double[dataset.items()];
      double[] told = new double[dataset.items()];
      for (int i = 0; i < plain.length; i++) {
        boolean near = dataset.domainOf(i) == dataset.domainOf(last);
        plain[i] = sold[i];
        told[i] = (sold[i] + 1.0) * (shared(catalogue, i, last) + 0.05) * (near ? 5 : 1);
      }
      for (int i = 0; i < sequence.length - 1; i++) {
        plain[sequence[i]] = told[sequence[i]] = -1;
      }
      popularity += gain(plain, sequence[sequence.length - 1]);
      lastInterest += gain(told, sequence[sequence.length - 1]);
    }
    return new SampleBaselines(popularity / dataset.users(), lastInterest / dataset.users());
  }

  private static int shared(Catalogue catalogue, int a, int b) {
    int shared = 0;
    for (int i : catalogue.interestsOf(a)) {
      for (int j : catalogue.interestsOf(b)) {
        shared += i == j ? 1 : 0;
      }
    }
    return shared;
  }

  private static double gain(double[] scores, int target) {
    int rank = 1;
    for (int i = 0; i < scores.length; i++) {
      rank += i != target && scores[i] >= scores[target] ? 1 : 0;
    }
    return rank <= 10 ? Math.log(2) / Math.log(rank + 1) : 0;
  }
}
