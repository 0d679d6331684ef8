package dev.weft.models;

/** What configs check about their values: each refusal quotes the published key. */
public final class ConfigValues {
  private ConfigValues() {}

  /** Refuses what is not above 0. */
  public static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " " + value + " is not positive");
    }
  }

  /** Refuses what is not above 0. */
  public static void positive(String key, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(key + " " + value + " is not positive");
    }
  }

  /** Refuses what is below {@code least}. */
  public static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " " + value + " is less than " + least);
    }
  }

  /** Refuses a {@code value} that {@code of} does not divide. */
  public static void multiple(String key, int value, String ofKey, int of) {
    if (value % of != 0) {
      throw new IllegalArgumentException(
          key + " " + value + " is not a multiple of " + ofKey + " " + of);
    }
  }

  /** Refuses what is no probability of dropping. */
  public static void probability(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(key + " " + value + " is not in [0, 1)");
    }
  }
}
