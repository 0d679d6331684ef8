package dev.weft.recsys.data;

/**
 * How often two purchases of one user in two domains share an interest, against what they would if
 * the purchases of the second domain were dealt out to the users anew: that mean over all
 * permutations is exact, as the share of the domain's purchases that have an interest in common
 * with the first.
 *
 * @param rate seen
 * @param chance expected of a permutation
 * @param z of the difference, the user being the unit
 */
record CrossInterest(double rate, double chance, double z) {
  double lift() {
    return rate / chance;
  }

  static CrossInterest of(Catalogue catalogue, Dataset dataset) {
    int[] sold = new int[dataset.items()];
    int[] soldIn = new int[dataset.domains().size()];
    for (int u = 0; u < dataset.users(); u++) {
      for (int item : dataset.sequence(u)) {
        sold[item]++;
        soldIn[dataset.domainOf(item)]++;
      }
    }
    double[][] expected = new double[dataset.items()][dataset.domains().size()];
    for (int a = 0; a < dataset.items(); a++) {
      for (int b = 0; b < dataset.items(); b++) {
        int domain = dataset.domainOf(b);
        expected[a][domain] += meet(catalogue, a, b) ? (double) sold[b] / soldIn[domain] : 0;
      }
    }
    double rate = 0;
    double chance = 0;
    double squares = 0;
    long pairs = 0;
    for (int u = 0; u < dataset.users(); u++) {
      double seen = 0;
      double foreseen = 0;
      for (int a : dataset.sequence(u)) {
        for (int b : dataset.sequence(u)) {
          if (dataset.domainOf(a) < dataset.domainOf(b)) {
            seen += meet(catalogue, a, b) ? 1 : 0;
            foreseen += expected[a][dataset.domainOf(b)];
            pairs++;
          }
        }
      }
      rate += seen;
      chance += foreseen;
      squares += (seen - foreseen) * (seen - foreseen);
    }
    return new CrossInterest(rate / pairs, chance / pairs, (rate - chance) / Math.sqrt(squares));
  }

  private static boolean meet(Catalogue catalogue, int a, int b) {
    for (int i : catalogue.interestsOf(a)) {
      for (int j : catalogue.interestsOf(b)) {
        if (i == j) {
          return true;
        }
      }
    }
    return false;
  }
}
