package dev.weft.recsys.eval;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one method earned, user by user, and its means over slices. Sums run over users in their
 * order, in double: repeated, every number is the same to the last digit. Safe to share between
 * threads.
 */
public final class Evaluation {
  /** Below so many users a slice supports no claim. */
  public static final int CLAIM = 200;

  /** The slice of all users. */
  public static final String ALL = Slices.ALL;

  private static final long BOOTSTRAP_SEED = 20231014;

  private static final int METRICS = Metric.values().length;

  private final String method;
  private final int[] users;
  private final Map<String, int[]> slices;
  private final EnumMap<Protocol, double[][]> values;
  private final Map<String, Interval[]> intervals = new ConcurrentHashMap<>();

  /** {@code values} holds [users][metrics] for each protocol, slices hold positions in users. */
  Evaluation(
      String method, int[] users, Map<String, int[]> slices, EnumMap<Protocol, double[][]> values) {
    this.method = method;
    this.users = users;
    this.slices = slices;
    this.values = values;
  }

  /** {@link Recommender#name()} of the method. */
  public String method() {
    return method;
  }

  /** The protocols that were computed. */
  public Set<Protocol> protocols() {
    return Collections.unmodifiableSet(EnumSet.copyOf(values.keySet()));
  }

  /** Names of the slices in the order of reports; some may have no users. */
  public List<String> slices() {
    return List.copyOf(slices.keySet());
  }

  /** Number of users of a slice. */
  public int users(String slice) {
    return positions(slice).length;
  }

  /** True when a slice has enough users to say anything about it. */
  public boolean supportsClaim(String slice) {
    return users(slice) >= CLAIM;
  }

  /** The users in the order of {@link #values}. */
  public int[] users() {
    return users.clone();
  }

  /** The metric of each user, in the order of {@link #users()}. */
  public double[] values(Protocol protocol, Metric metric) {
    double[] column = new double[users.length];
    double[][] rows = rows(protocol);
    for (int i = 0; i < column.length; i++) {
      column[i] = rows[i][metric.column()];
    }
    return column;
  }

  /**
   * Mean over the users of a slice, as a fraction.
   *
   * @throws IllegalArgumentException when there is no such slice or protocol, or nobody in it
   */
  public double mean(Protocol protocol, String slice, Metric metric) {
    int[] positions = occupied(slice);
    double[][] rows = rows(protocol);
    double sum = 0;
    for (int i : positions) {
      sum += rows[i][metric.column()];
    }
    return sum / positions.length;
  }

  /** Mean over all users, as a fraction. */
  public double mean(Protocol protocol, Metric metric) {
    return mean(protocol, ALL, metric);
  }

  /** 95 % interval of {@link #mean}, by a seeded percentile bootstrap over the slice's users. */
  public Interval interval(Protocol protocol, String slice, Metric metric) {
    rows(protocol);
    occupied(slice);
    Interval[] all = intervals.computeIfAbsent(slice, this::bootstrap);
    return all[firstColumn(protocol) + metric.column()];
  }

  /** Of all protocols at once: what costs time is drawing users, not adding their numbers. */
  private Interval[] bootstrap(String slice) {
    int[] positions = positions(slice);
    double[][] joined = new double[positions.length][values.size() * METRICS];
    values.forEach((protocol, rows) -> {
      int first = firstColumn(protocol);
      for (int i = 0; i < positions.length; i++) {
        System.arraycopy(rows[positions[i]], 0, joined[i], first, METRICS);
      }
    });
    return Interval.bootstrap(joined, BOOTSTRAP_SEED);
  }

  private int firstColumn(Protocol protocol) {
    return List.copyOf(values.keySet()).indexOf(protocol) * METRICS;
  }

  private double[][] rows(Protocol protocol) {
    double[][] rows = values.get(protocol);
    if (rows == null) {
      throw new IllegalArgumentException(
          method + ": protocol " + protocol.label() + " was not evaluated");
    }
    return rows;
  }

  private int[] positions(String slice) {
    int[] positions = slices.get(slice);
    if (positions == null) {
      throw new IllegalArgumentException(
          method + ": no slice \"" + slice + "\" among " + slices.keySet());
    }
    return positions;
  }

  private int[] occupied(String slice) {
    int[] positions = positions(slice);
    if (positions.length == 0) {
      throw new IllegalArgumentException(
          method + ": slice \"" + slice + "\" has no users, so no mean");
    }
    return positions;
  }
}
