package dev.weft.recsys.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the simulated shops sell: for each domain its items, for each of its interests those items
 * that serve it, for each item how popular it is and when it comes into being. Of an item only
 * domain and interests are read.
 *
 * <p>A domain <em>holds</em> an interest when at least {@value #FEWEST} items serve it there. With
 * fewer, whoever has the interest would buy the same item as every other, then nothing.
 */
final class Stock {
  static final int FEWEST = 3;

  private final List<String> domains;
  private final int interests;
  private final int[][] items;
  private final int[][][] shelves;
  private final int[][] held;
  private final double[] popularity;
  private final long[] since;

  /** {@code seconds}: the length of the simulated time. */
  Stock(Catalogue catalogue, SimulatorConfig config, long seconds, long seed) {
    Map<String, List<Integer>> byDomain = new LinkedHashMap<>();
    for (int i = 0; i < catalogue.items().size(); i++) {
      byDomain.computeIfAbsent(catalogue.items().get(i).domain(), d -> new ArrayList<>()).add(i);
    }
    this.domains = List.copyOf(byDomain.keySet());
    this.interests = catalogue.interests().size();
    this.items = new int[domains.size()][];
    this.shelves = new int[domains.size()][interests][];
    this.held = new int[domains.size()][];
    this.popularity = new double[catalogue.items().size()];
    this.since = new long[catalogue.items().size()];
    for (int d = 0; d < domains.size(); d++) {
      items[d] = array(byDomain.getOrDefault(domains.get(d), List.of()));
      shelve(catalogue, d);
      stockUp(d, config, seconds, new Draws(seed, Simulator.STOCK, d));
    }
  }

  private void shelve(Catalogue catalogue, int domain) {
    List<Integer> kept = new ArrayList<>();
    for (int interest = 0; interest < interests; interest++) {
      List<Integer> shelf = new ArrayList<>();
      for (int item : items[domain]) {
        for (int of : catalogue.interestsOf(item)) {
          if (of == interest) {
            shelf.add(item);
          }
        }
      }
      shelves[domain][interest] = array(shelf);
      if (shelf.size() >= FEWEST) {
        kept.add(interest);
      }
    }
    held[domain] = array(kept);
    if (kept.isEmpty()) {
      throw new IllegalArgumentException(
          "simulator: domain \""
              + domains.get(domain)
              + "\": expected an interest that at least "
              + FEWEST
              + " items serve, got none");
    }
  }

  private void stockUp(int domain, SimulatorConfig config, long seconds, Draws draws) {
    int[] rank = draws.permutation(items[domain].length);
    int early = 0;
    for (int i = 0; i < rank.length; i++) {
      int item = items[domain][i];
      popularity[item] = StrictMath.pow(rank[i] + 1.0, -config.popularitySkew());
      boolean late = draws.chance(config.lateItems());
      double at = draws.uniform();
      since[item] = late ? (long) ((0.6 + 0.4 * at) * seconds) : 0;
      early += late ? 0 : 1;
    }
    if (early < config.maxLength()) {
      throw new IllegalArgumentException(
          "simulator: domain \""
              + domains.get(domain)
              + "\": expected at least maxLength = "
              + config.maxLength()
              + " items from the start, got "
              + early);
    }
  }

  int domains() {
    return domains.size();
  }

  int interests() {
    return interests;
  }

  /** The interests that a domain holds, ascending. */
  int[] held(int domain) {
    return held[domain];
  }

  boolean holds(int domain, int interest) {
    return shelves[domain][interest].length >= FEWEST;
  }

  int[] items(int domain) {
    return items[domain];
  }

  /** The items of a domain that serve an interest, ascending. */
  int[] shelf(int domain, int interest) {
    return shelves[domain][interest];
  }

  /** The weight of an item at a time; 0 before it comes into being. */
  double weight(int item, long second) {
    return second >= since[item] ? popularity[item] : 0;
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
