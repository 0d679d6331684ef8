package dev.weft.recsys.data;

/**
 * What the simulated users are like; {@link Simulator} says what each number does.
 *
 * @param users how many (2,000)
 * @param cross how far interests cross domains, 0 to 1 (0.7): each of a user's interests holds in a
 *     domain with this probability, else the domain has one of its own in its place, drawn without
 *     regard to the rest. At 0 what is bought in one domain tells nothing about another
 * @param minLength purchases every user makes (5, as a 5-core has)
 * @param maxLength purchases no user exceeds (40)
 * @param lengthScale scale of the Lomax distribution of the purchases beyond the first {@code
 *     minLength} (8.0)
 * @param lengthTail its exponent; smaller is heavier (2.5)
 * @param interests how many a user has; the k-th weighs 1 / k (3)
 * @param stay probability that the next purchase is in the domain of the last (0.5)
 * @param session probability that the next purchase belongs to the session of the last: it follows
 *     within minutes and serves the same interest (0.6)
 * @param drift probability that a new session begins with one interest replaced (0.1)
 * @param noise share of purchases that follow no interest (0.1)
 * @param popularitySkew exponent of the Zipf law of the items of a domain (0.7)
 * @param lateItems share of the items that come into being only in the last 40 % of the time; few
 *     of their purchases precede a test, so that text must tell what they are (0.3)
 * @param days days between the first possible purchase and the last (730)
 * @param gapDays mean days between two sessions of a user (12.0)
 */
public record SimulatorConfig(
    int users,
    double cross,
    int minLength,
    int maxLength,
    double lengthScale,
    double lengthTail,
    int interests,
    double stay,
    double session,
    double drift,
    double noise,
    double popularitySkew,
    double lateItems,
    int days,
    double gapDays) {

  /** The values in brackets above. */
  public static final SimulatorConfig DEFAULT =
      new SimulatorConfig(2_000, 0.7, 5, 40, 8.0, 2.5, 3, 0.5, 0.6, 0.1, 0.1, 0.7, 0.3, 730, 12.0);

  public SimulatorConfig {
    atLeast("users", users, 1);
    share("cross", cross);
    atLeast("minLength", minLength, 1);
    atLeast("maxLength", maxLength, minLength);
    positive("lengthScale", lengthScale);
    positive("lengthTail", lengthTail);
    atLeast("interests", interests, 1);
    share("stay", stay);
    share("session", session);
    share("drift", drift);
    share("noise", noise);
    if (!(popularitySkew >= 0 && popularitySkew <= 10)) {
      throw new IllegalArgumentException(
          "simulator: popularitySkew: expected 0 to 10, got " + popularitySkew);
    }
    share("lateItems", lateItems);
    atLeast("days", days, 1);
    positive("gapDays", gapDays);
  }

  public SimulatorConfig withUsers(int users) {
    return new SimulatorConfig(
        users,
        cross,
        minLength,
        maxLength,
        lengthScale,
        lengthTail,
        interests,
        stay,
        session,
        drift,
        noise,
        popularitySkew,
        lateItems,
        days,
        gapDays);
  }

  public SimulatorConfig withCross(double cross) {
    return new SimulatorConfig(
        users,
        cross,
        minLength,
        maxLength,
        lengthScale,
        lengthTail,
        interests,
        stay,
        session,
        drift,
        noise,
        popularitySkew,
        lateItems,
        days,
        gapDays);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "simulator: " + name + ": expected at least " + least + ", got " + value);
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "simulator: " + name + ": expected a positive number, got " + value);
    }
  }

  private static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("simulator: " + name + ": expected 0 to 1, got " + value);
    }
  }
}
