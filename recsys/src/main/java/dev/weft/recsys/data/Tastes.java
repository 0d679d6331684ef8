package dev.weft.recsys.data;

import java.util.Arrays;

/**
 * The interests of one simulated user. The user has a list of them; each domain has a list of the
 * same length, whose k-th place holds the user's k-th interest with probability {@code cross}, and
 * else one of the domain's own, drawn without regard to the user's list or to other domains. A
 * place whose shared interest the domain does not hold stays empty.
 *
 * <p>So at {@code cross} 0 the lists of two domains are independent, and at 1 they are the same as
 * far as the domains allow; a domain that holds none of them gets one of its own even then.
 */
final class Tastes {
  private static final int EMPTY = -1;

  private final Stock stock;
  private final Draws draws;
  private final double cross;
  private final int[] everywhere;
  private final boolean[][] shared;
  private final int[][] here;

  Tastes(Stock stock, SimulatorConfig config, Draws draws) {
    this.stock = stock;
    this.draws = draws;
    this.cross = config.cross();
    int places = Math.min(config.interests(), stock.interests());
    this.everywhere = new int[places];
    this.shared = new boolean[stock.domains()][places];
    this.here = new int[stock.domains()][places];
    Arrays.fill(everywhere, EMPTY);
    for (int[] list : here) {
      Arrays.fill(list, EMPTY);
    }
    for (int d = 0; d < stock.domains(); d++) {
      for (int k = 0; k < places; k++) {
        shared[d][k] = draws.chance(cross);
      }
    }
    for (int k = 0; k < places; k++) {
      replace(k);
    }
  }

  /** One interest gives way to another, in every domain that shares it and in those that do not. */
  void drift() {
    replace(draws.below(everywhere.length));
  }

  /** An interest for a purchase in a domain; the k-th of its list weighs 1 / k. */
  int interest(int domain) {
    double[] weights = new double[everywhere.length];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = here[domain][k] == EMPTY ? 0 : 1.0 / (k + 1);
    }
    return here[domain][draws.weighted(weights)];
  }

  /** Whether an interest shown in one domain a moment ago leads the purchase in another. */
  boolean carries(int domain, int interest) {
    return draws.chance(cross) && stock.holds(domain, interest);
  }

  private void replace(int place) {
    everywhere[place] = fresh(everywhere, all());
    for (int d = 0; d < here.length; d++) {
      int own = fresh(here[d], stock.held(d));
      int common = stock.holds(d, everywhere[place]) ? everywhere[place] : EMPTY;
      here[d][place] = shared[d][place] ? common : own;
      if (Arrays.stream(here[d]).allMatch(i -> i == EMPTY)) {
        here[d][place] = own;
      }
    }
  }

  /** One of the choices that is not in the list; any of them when all are. */
  private int fresh(int[] list, int[] choices) {
    int[] free =
        Arrays.stream(choices)
            .filter(choice -> Arrays.stream(list).noneMatch(known -> known == choice))
            .toArray();
    int[] from = free.length > 0 ? free : choices;
    return from[draws.below(from.length)];
  }

  private int[] all() {
    int[] all = new int[stock.interests()];
    Arrays.setAll(all, i -> i);
    return all;
  }
}
