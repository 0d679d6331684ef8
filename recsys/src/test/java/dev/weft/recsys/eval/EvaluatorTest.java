package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.recsys.data.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final Evaluator TEST = new Evaluator(Fixture.SPLIT, Target.TEST);
  private static final Evaluation FIXED = TEST.withDraw(1).evaluate(Fixture.fixed());

  /** Scores .9 .1 .5 .5 | .8 .2 .3; targets 3, 6, 5, 4 of x, y, z, w; ranks worked by hand. */
  private static void assertRanks(Protocol protocol, int... ranks) {
    for (Metric metric : Metric.values()) {
      double[] worth = Arrays.stream(ranks).mapToDouble(metric::at).toArray();
      assertThat(FIXED.values(protocol, metric)).containsExactly(worth);
      assertThat(FIXED.mean(protocol, metric))
          .isEqualTo(Arrays.stream(worth).average().orElseThrow(), within(1e-15));
    }
  }

  @Test
  void fullRemovesTheHistory() {
    assertRanks(Protocol.FULL, 1, 3, 5, 2);
  }

  @Test
  void fullKeepRanksAmongAllItems() {
    assertRanks(Protocol.FULL_KEEP, 4, 5, 6, 2);
  }

  @Test
  void fullDomainRanksWithinTheDomainOfTheTarget() {
    assertRanks(Protocol.FULL_DOMAIN, 1, 1, 3, 1);
  }

  @Test
  void sampledRemovesNothingAndASmallDomainIsItsOwnSample() {
    assertRanks(Protocol.SAMPLED, 3, 2, 3, 1);
    assertRanks(Protocol.SAMPLED_DRAW, 3, 2, 3, 1);
  }

  @Test
  void slicesFollowDomainHistoryAndTrainingCounts() {
    assertThat(FIXED.slices())
        .containsExactly(
            "all", "domain:A", "domain:B", "same", "mix", "diff", "cold-items", "sparse-items");
    assertThat(FIXED.slices().stream().map(FIXED::users)).containsExactly(4, 1, 3, 1, 2, 1, 2, 2);
    assertThat(FIXED.mean(Protocol.FULL, "same", Metric.NDCG_10)).isEqualTo(Metric.NDCG_10.at(2));
    assertThat(FIXED.mean(Protocol.FULL, "diff", Metric.NDCG_10)).isEqualTo(Metric.NDCG_10.at(5));
    assertThat(FIXED.mean(Protocol.FULL, "cold-items", Metric.NDCG_10)).isEqualTo((1 + .5) / 2);
    assertThat(FIXED.mean(Protocol.FULL, "domain:A", Metric.RECALL_1)).isEqualTo(1);
  }

  @Test
  void validationHistoriesEndBeforeTheValidationItem() {
    List<String> seen = new ArrayList<>();
    Recommender spy =
        new Recommender() {
          @Override
          public String name() {
            return "spy";
          }

          @Override
          public void score(int user, int[] history, float[] scores) {
            seen.add(user + Arrays.toString(history));
            Arrays.fill(scores, 0);
          }
        };
    new Evaluator(Fixture.SPLIT, Target.VALIDATION).evaluate(spy);
    TEST.evaluate(spy, new int[] {1});
    assertThat(seen).containsExactly("0[0, 1, 4]", "1[4, 5]", "2[1]", "3[5]", "1[4, 5, 0]");
  }

  @Test
  void someUsersGiveTheirOwnMeans() {
    Evaluation some = TEST.evaluate(Fixture.fixed(), new int[] {3, 0});
    assertThat(some.values(Protocol.FULL, Metric.RECALL_1)).containsExactly(0, 1);
    assertThat(some.users("all")).isEqualTo(2);
    assertThat(some.users("diff")).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> some.mean(Protocol.FULL, "diff", Metric.RECALL_1))
        .withMessage("fixed: slice \"diff\" has no users, so no mean");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> some.mean(Protocol.SAMPLED_DRAW, Metric.RECALL_1))
        .withMessage("fixed: protocol sampled1000-draw was not evaluated");
  }

  @Test
  void batchesOfAnySizeGiveTheSame() {
    for (int size : new int[] {1, 2, 3, 4, 100}) {
      Recommender batched =
          new Recommender() {
            @Override
            public String name() {
              return "batched";
            }

            @Override
            public int batchSize() {
              return size;
            }

            @Override
            public void score(int user, int[] history, float[] scores) {
              Fixture.fixed().score(user, history, scores);
            }
          };
      Evaluation evaluation = TEST.evaluate(batched);
      for (Protocol protocol : evaluation.protocols()) {
        assertThat(evaluation.values(protocol, Metric.NDCG_10))
            .containsExactly(FIXED.values(protocol, Metric.NDCG_10));
      }
    }
  }

  @Test
  void nanNamesUserAndItem() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TEST.evaluate(Fixture.constant("bad", 0, 0, Float.NaN, 0, 0, 0, 0)))
        .withMessage("bad: expected a score for user \"x\", item \"i2\", got NaN");
  }

  @Test
  void aScoreThatIsNotSetIsFoundOut() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TEST.evaluate(Fixture.constant("short", 0, 0, 0)))
        .withMessage("short: expected a score for user \"x\", item \"i3\", got NaN");
  }

  @Test
  void constantScoresEarnWhatTheLastRankEarns() {
    Evaluation evaluation = TEST.evaluate(Fixture.constant("flat", new float[7]));
    assertThat(evaluation.values(Protocol.FULL_KEEP, Metric.NDCG_10))
        .containsOnly(Metric.NDCG_10.at(7));
  }

  @Test
  void repeatedNumbersAndIntervalsAreTheSameToTheLastDigit() {
    Evaluation again = TEST.withDraw(1).evaluate(Fixture.fixed());
    for (Protocol protocol : FIXED.protocols()) {
      for (Metric metric : Metric.values()) {
        assertThat(again.mean(protocol, metric)).isEqualTo(FIXED.mean(protocol, metric));
        Interval interval = again.interval(protocol, "mix", metric);
        assertThat(interval).isEqualTo(FIXED.interval(protocol, "mix", metric));
        assertThat(FIXED.mean(protocol, "mix", metric)).isBetween(interval.low(), interval.high());
      }
    }
  }

  @Test
  void noUsersIsAnError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TEST.evaluate(Fixture.fixed(), new int[0]))
        .withMessage("fixed: expected users with a TEST target, got none");
    assertThat(TEST.users()).containsExactly(IntStream.range(0, 4).toArray());
  }
}
