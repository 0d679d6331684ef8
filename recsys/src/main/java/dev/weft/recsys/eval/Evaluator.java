package dev.weft.recsys.eval;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Asks a method for the scores of all items, user by user, and ranks each user's target among them
 * by every {@link Protocol}. The history given is everything before the target; for the test target
 * it holds the validation item.
 */
public final class Evaluator {
  private final Split split;
  private final Target target;
  private final OptionalLong drawSeed;

  public Evaluator(Split split, Target target) {
    this(split, target, OptionalLong.empty());
  }

  private Evaluator(Split split, Target target, OptionalLong drawSeed) {
    this.split = split;
    this.target = target;
    this.drawSeed = drawSeed;
  }

  /** This, and {@link Protocol#SAMPLED_DRAW} with that seed. */
  public Evaluator withDraw(long seed) {
    return new Evaluator(split, target, OptionalLong.of(seed));
  }

  /** All users that have the target, in their order. */
  public int[] users() {
    return IntStream.range(0, split.data().users()).filter(u -> split.has(u, target)).toArray();
  }

  /** Evaluates on {@link #users()}. */
  public Evaluation evaluate(Recommender method) {
    return evaluate(method, users());
  }

  /**
   * Evaluates on some users, as model selection does.
   *
   * @throws IllegalArgumentException when a user has no such target, or there are no users
   * @throws IllegalStateException naming user and item when a score is NaN or was not set
   */
  public Evaluation evaluate(Recommender method, int[] users) {
    if (users.length == 0) {
      throw new IllegalArgumentException(
          method.name() + ": expected users with a " + target + " target, got none");
    }
    EnumMap<Protocol, double[][]> values = new EnumMap<>(Protocol.class);
    for (Protocol protocol : Protocol.values()) {
      if (protocol != Protocol.SAMPLED_DRAW || drawSeed.isPresent()) {
        values.put(protocol, new double[users.length][]);
      }
    }
    int batch = Math.max(1, method.batchSize());
    float[][] scores = new float[Math.min(batch, users.length)][split.data().items()];
    for (int start = 0; start < users.length; start += batch) {
      int[] part = Arrays.copyOfRange(users, start, Math.min(start + batch, users.length));
      int[][] histories =
          Arrays.stream(part).mapToObj(u -> split.history(u, target)).toArray(int[][]::new);
      float[][] out = Arrays.copyOf(scores, part.length);
      for (float[] row : out) {
        Arrays.fill(row, Float.NaN); // so that an element that is not set is found out
      }
      method.scoreBatch(part, histories, out);
      for (int i = 0; i < part.length; i++) {
        check(method, part[i], out[i]);
        rank(part[i], histories[i], out[i], start + i, values);
      }
    }
    return new Evaluation(method.name(), users.clone(), Slices.of(split, target, users), values);
  }

  private void rank(
      int user, int[] history, float[] scores, int row, EnumMap<Protocol, double[][]> values) {
    Dataset data = split.data();
    int item = split.item(user, target);
    int[] domain = data.itemsOfDomain(data.domainOf(item));
    Above above = Above.count(data, scores, item, history);
    values.forEach((protocol, rows) ->
        rows[row] =
            switch (protocol) {
              case FULL -> atRank(above.full() + 1);
              case FULL_KEEP -> atRank(above.fullKeep() + 1);
              case FULL_DOMAIN -> atRank(above.fullDomain() + 1);
              case SAMPLED -> expected(domain.length - 1, above.domain());
              case SAMPLED_DRAW ->
                  atRank(SampledRank.draw(scores, item, domain, drawSeed.getAsLong(), user));
            });
  }

  private static double[] atRank(int rank) {
    return Arrays.stream(Metric.values()).mapToDouble(metric -> metric.at(rank)).toArray();
  }

  private static double[] expected(int others, int above) {
    double[] chances = SampledRank.chances(others, above, Math.min(SampledRank.NEGATIVES, others));
    return Arrays.stream(Metric.values()).mapToDouble(m -> m.expected(chances)).toArray();
  }

  private void check(Recommender method, int user, float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        Dataset data = split.data();
        throw new IllegalStateException(
            method.name()
                + ": expected a score for user \""
                + data.userId(user)
                + "\", item \""
                + data.item(i).id()
                + "\", got NaN");
      }
    }
  }
}
