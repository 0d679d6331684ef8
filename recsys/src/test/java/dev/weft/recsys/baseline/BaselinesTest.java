package dev.weft.recsys.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.recsys.eval.Recommender;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  private static final long DAY = 86_400;

  /** Training parts: {0, 1, 2}, {0, 1}, {3}, {0}; days of the first: 0, 1, 10, 11, 12. */
  private static Dataset data(int... lastItems) {
    int[][] sequences = {{0, 1, 2, 4, 3}, {0, 1, 2, 3}, {3, 1, 2}, {0, 2, 1}};
    int next = 0;
    for (int[] sequence : sequences) {
      for (int i = sequence.length - 2; i < sequence.length && lastItems.length > 0; i++) {
        sequence[i] = lastItems[next++];
      }
    }
    long[][] times = {
      {0, DAY, 10 * DAY, 11 * DAY, 12 * DAY},
      {2 * DAY, 3 * DAY, 4 * DAY, 20 * DAY},
      {4 * DAY, 10 * DAY + 1, 11 * DAY},
      {100 * DAY, 101 * DAY, 102 * DAY}
    };
    return Dataset.of(
        "tiny",
        List.of("a", "b", "c", "d"),
        IntStream.range(0, 5).mapToObj(i -> new Item("i" + i, "d", "")).toList(),
        sequences,
        times,
        Origin.SIMULATED);
  }

  private static float[] scores(Recommender method, int user, int... history) {
    float[] scores = new float[5];
    method.score(user, history, scores);
    return scores;
  }

  @Test
  void popularityCountsTrainingInteractionsAlone() {
    assertThat(scores(new Popularity(new Split(data())), 0, 0)).containsExactly(3, 2, 1, 1, 0);
  }

  @Test
  void recentPopularityCountsTheWindowThatEndsWithTheHistory() {
    RecentPopularity recent = new RecentPopularity(new Split(data()), 7);
    // User 0 after four items: day 11, so days 4 to 10: item 3 on day 4, item 2 on day 10. The most
    // popular item has 3 interactions, so one in the window weighs 4; before day 11 there were
    // 2, 2, 1, 1 and 0.
    assertThat(scores(recent, 0, 0, 1, 2, 4)).containsExactly(2, 2, 4 + 1, 4 + 1, 0);
    // User 1 after two: day 3, which is left out, so days -4 to 2.
    assertThat(scores(recent, 1, 0, 1)).containsExactly(2 * 4 + 2, 4 + 1, 0, 0, 0);
    // Nobody's history ends just after the last training interaction, on day 100.
    assertThat(scores(recent, Recommender.NEW_USER, 4)).containsExactly(4 + 3, 2, 1, 1, 0);
  }

  @Test
  void recentPopularityDoesNotSeeWhatComesAtTheTimeOfTheTargetOrLater() {
    // The history of user 2 ends on day 10; everything before is kept, the rest differs.
    Dataset one = data();
    int[][] sequences =
        IntStream.range(0, 4).mapToObj(u -> one.sequence(u).clone()).toArray(int[][]::new);
    sequences[0][2] = 4;
    sequences[3][0] = 4;
    Dataset other =
        Dataset.of(
            "tiny",
            List.of("a", "b", "c", "d"),
            IntStream.range(0, 5).mapToObj(one::item).toList(),
            sequences,
            IntStream.range(0, 4).mapToObj(one::times).toArray(long[][]::new),
            Origin.SIMULATED);
    // An interaction on day 10 itself counts one second later, for user 2, but not for user 0.
    assertThat(ranking(one, 0, 0, 1, 2)).isEqualTo(ranking(other, 0, 0, 1, 2));
    assertThat(ranking(one, 2, 3, 1)).isNotEqualTo(ranking(other, 2, 3, 1));
  }

  /** Items by falling score, equals by index; weights differ with the most popular item. */
  private static List<Integer> ranking(Dataset data, int user, int... history) {
    float[] scores = scores(new RecentPopularity(new Split(data), 7), user, history);
    return IntStream.range(0, 5)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> i))
        .toList();
  }

  @Test
  void tuningTakesTheWindowThatIsBestOnValidation() {
    Split split = new Split(data());
    RecentPopularity tuned = RecentPopularity.tuned(split);
    Evaluator validation = new Evaluator(split, Target.VALIDATION);
    double best = validation.evaluate(tuned).mean(Protocol.FULL, Metric.NDCG_10);
    assertThat(RecentPopularity.WINDOWS)
        .contains(tuned.days())
        .allSatisfy(days ->
            assertThat(
                    validation
                        .evaluate(new RecentPopularity(split, days))
                        .mean(Protocol.FULL, Metric.NDCG_10))
                .isLessThanOrEqualTo(best));
  }

  @Test
  void itemKnnSumsCosinesOverTheHistory() {
    ItemKnn knn = new ItemKnn(new Split(data()));
    // Users of item 0: a, b, d; of 1: a, b; of 2: a; of 3: c; of 4: none.
    float c01 = (float) (2 / Math.sqrt(3 * 2));
    float c02 = (float) (1 / Math.sqrt(3));
    float c12 = (float) (1 / Math.sqrt(2));
    assertThat(scores(knn, 0, 0)).containsExactly(0, c01, c02, 0, 0);
    assertThat(scores(knn, 0, 3, 1)).containsExactly(c01, 0, c12, 0, 0);
    assertThat(scores(knn, 0, 0, 1)[2]).isEqualTo((float) (1 / Math.sqrt(3) + 1 / Math.sqrt(2)));
  }

  @Test
  void itemKnnReadsTheLastTen() {
    ItemKnn knn = new ItemKnn(new Split(data()));
    int[] long11 = {0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    assertThat(scores(knn, 0, long11)).containsOnly(0);
    assertThat(scores(knn, 0, IntStream.of(long11).limit(10).toArray())[1]).isPositive();
  }

  @Test
  void noBaselineSeesValidationOrTestItems() {
    Split one = new Split(data());
    Split other = new Split(data(0, 0, 4, 4, 4, 4, 3, 3));
    for (String name : Baselines.names()) {
      for (int user = 0; user < 4; user++) {
        assertThat(scores(Baselines.fit(name, one), user, 0, 1))
            .as(name)
            .containsExactly(scores(Baselines.fit(name, other), user, 0, 1));
      }
    }
  }

  @Test
  void everyBaselineBearsItsNameAndScoresEveryItemOfAnyHistory() {
    Split split = new Split(data());
    for (String name : Baselines.names()) {
      Recommender method = Baselines.fit(name, split);
      assertThat(method.name()).isEqualTo(name);
      for (int[] history : new int[][] {{}, {4}, {0, 0, 1}}) {
        float[] scores = {Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN};
        method.score(Recommender.NEW_USER, history, scores);
        assertThat(scores).doesNotContain(Float.NaN);
        float[][] batch = new float[2][5];
        method.scoreBatch(
            new int[] {Recommender.NEW_USER, Recommender.NEW_USER},
            new int[][] {{1, 2}, history},
            batch);
        assertThat(batch[1]).containsExactly(scores);
      }
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baselines.fit("best", new Split(data())))
        .withMessage("baseline: expected one of [popularity, recent, itemknn], got \"best\"");
  }
}
