package dev.weft.recsys.data;

/**
 * When and where one simulated user buys, before anything is said of what. It is drawn from a
 * stream of its own, so that {@code cross} changes no time and no domain: runs at several settings
 * of the dial differ in nothing else.
 *
 * @param seconds of each purchase, from the beginning of the simulated time, rising
 * @param domains of each purchase
 * @param continues whether a purchase belongs to the session of the one before
 */
record Itinerary(long[] seconds, int[] domains, boolean[] continues) {

  private static final double DAY = 86_400;

  int length() {
    return seconds.length;
  }

  static Itinerary draw(SimulatorConfig config, int domainCount, Draws draws) {
    int length = length(config, draws);
    double[] liking = new double[domainCount]; // exponentials: a flat Dirichlet when normalised
    for (int d = 0; d < domainCount; d++) {
      liking[d] = draws.exponential(1);
    }
    long[] seconds = new long[length];
    int[] domains = new int[length];
    boolean[] continues = new boolean[length];
    for (int i = 0; i < length; i++) {
      boolean stays = draws.chance(config.stay()) && i > 0;
      int elsewhere = draws.weighted(liking);
      domains[i] = stays ? domains[i - 1] : elsewhere;
      continues[i] = draws.chance(config.session()) && i > 0;
      double minutes = 1 + 29 * draws.uniform();
      double days = 0.25 + draws.exponential(config.gapDays());
      if (i > 0) {
        seconds[i] = seconds[i - 1] + (long) (continues[i] ? 60 * minutes : DAY * days);
      }
    }
    settle(seconds, (long) (config.days() * DAY), draws);
    return new Itinerary(seconds, domains, continues);
  }

  /** Lomax: P(beyond minLength > x) = (1 + x / scale)^-tail. */
  private static int length(SimulatorConfig config, Draws draws) {
    double survival = 1.0 - draws.uniform();
    double beyond =
        config.lengthScale() * (StrictMath.pow(survival, -1.0 / config.lengthTail()) - 1.0);
    return (int) Math.min(config.maxLength(), config.minLength() + StrictMath.floor(beyond));
  }

  /**
   * Moves a history into the simulated time, more often late than early, as in a shop that grows.
   */
  private static void settle(long[] seconds, long end, Draws draws) {
    long duration = seconds[seconds.length - 1];
    if (duration >= end) {
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = (long) ((double) seconds[i] / duration * (end - 1));
      }
      duration = end - 1;
    }
    double late = 0;
    for (int i = 0; i < 4; i++) {
      late = Math.max(late, draws.uniform());
    }
    long start = (long) (late * (end - duration));
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] += start;
    }
  }
}
