package dev.weft.recsys.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Draws users who buy from a {@link Catalogue}. No person bought these items, and a result on such
 * data says that a method works, never how well it would serve a shop.
 *
 * <p>The model, with the numbers of {@link SimulatorConfig}:
 *
 * <ol>
 *   <li>A user has {@code interests} interests, a liking for each domain, and a history of {@code
 *       minLength} to {@code maxLength} purchases, heavy in the tail. How far the interests hold
 *       across domains is the dial {@code cross}.
 *   <li>Each purchase stays in the domain of the last ({@code stay}) or draws one by liking. It
 *       continues the session of the last ({@code session}) or opens one after days; then the
 *       user's interests may {@code drift}.
 *   <li>Within a session the interest stays; in a session that moves to another domain it goes
 *       along with probability {@code cross}, if that domain holds it. Else one is drawn from the
 *       interests the user has in the domain.
 *   <li>The item is drawn by popularity (a Zipf law over a shuffled domain, {@code popularitySkew})
 *       among the items of the domain that serve the interest, exist already ({@code lateItems})
 *       and were not bought by the user before; when none is left, or by {@code noise}, among all
 *       such items of the domain.
 * </ol>
 *
 * <p>Only the domain and the interests of an item are read: its title plays no part. Bits depend on
 * the seed, the config, and domains and interests in their order; every user has random streams of
 * its own, so the first users of a larger sample are those of a smaller one.
 */
public final class Simulator {
  static final int STOCK = 1;
  private static final int ITINERARY = 2;
  private static final int TASTES = 3;
  private static final int CHOICES = 4;

  /** 2022-01-01T00:00:00Z. */
  static final long BEGIN = 1_640_995_200L;

  private final SimulatorConfig config;
  private final long seed;
  private final Stock stock;

  private Simulator(Catalogue catalogue, SimulatorConfig config, long seed) {
    this.config = config;
    this.seed = seed;
    this.stock = new Stock(catalogue, config, config.days() * 86_400L, seed);
  }

  /**
   * A data set of simulated users over the items of a catalogue.
   *
   * @throws IllegalArgumentException naming the domain whose stock does not suffice for the config
   */
  public static Dataset simulate(
      String name, Catalogue catalogue, SimulatorConfig config, long seed) {
    Simulator simulator = new Simulator(catalogue, config, seed);
    List<String> ids = new ArrayList<>();
    int[][] sequences = new int[config.users()][];
    long[][] times = new long[config.users()][];
    for (int u = 0; u < config.users(); u++) {
      ids.add(String.format(Locale.ROOT, "u%05d", u + 1));
      Itinerary itinerary =
          Itinerary.draw(config, simulator.stock.domains(), new Draws(seed, ITINERARY, u));
      sequences[u] = simulator.purchases(u, itinerary);
      times[u] = Arrays.stream(itinerary.seconds()).map(second -> BEGIN + second).toArray();
    }
    return Dataset.of(name, ids, catalogue.items(), sequences, times, Origin.SIMULATED);
  }

  private int[] purchases(int user, Itinerary itinerary) {
    Tastes tastes = new Tastes(stock, config, new Draws(seed, TASTES, user));
    Draws choices = new Draws(seed, CHOICES, user);
    int[] bought = new int[itinerary.length()];
    int interest = -1;
    for (int i = 0; i < bought.length; i++) {
      int domain = itinerary.domains()[i];
      boolean opens = !itinerary.continues()[i];
      if (opens && choices.chance(config.drift())) {
        tastes.drift();
      }
      boolean keeps =
          !opens && (domain == itinerary.domains()[i - 1] || tastes.carries(domain, interest));
      interest = keeps ? interest : tastes.interest(domain);
      boolean strays = choices.chance(config.noise());
      bought[i] =
          choose(
              strays ? stock.items(domain) : stock.shelf(domain, interest),
              domain,
              itinerary.seconds()[i],
              bought,
              i,
              choices);
    }
    return bought;
  }

  private int choose(int[] shelf, int domain, long second, int[] bought, int count, Draws choices) {
    double[] weights = new double[shelf.length];
    boolean any = false;
    for (int s = 0; s < shelf.length; s++) {
      weights[s] = owned(bought, count, shelf[s]) ? 0 : stock.weight(shelf[s], second);
      any |= weights[s] > 0;
    }
    return any
        ? shelf[choices.weighted(weights)]
        : choose(stock.items(domain), domain, second, bought, count, choices);
  }

  private static boolean owned(int[] bought, int count, int item) {
    for (int i = 0; i < count; i++) {
      if (bought[i] == item) {
        return true;
      }
    }
    return false;
  }
}
