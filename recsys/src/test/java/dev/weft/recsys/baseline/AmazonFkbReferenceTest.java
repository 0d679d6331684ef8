package dev.weft.recsys.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.recsys.RealData;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Figures made by an independent program on the same files, in per cent with two decimals. They are
 * what one gets when ties are broken at random ({@code TiesAtRandomTest} shows it); ours stand
 * above the target, which costs popularity up to 0.03 and item-kNN up to 0.04 points. Recent
 * popularity there counts the day on which the history ends and has no tie break; ours leaves the
 * day out and has one, and is up to 0.33 points away (Recall@10 9.30 for 9.63). The tolerances are
 * these differences.
 */
@Tag("real")
class AmazonFkbReferenceTest {
  private static Split split;
  private static Evaluator evaluator;

  @BeforeAll
  static void read() throws IOException {
    split = new Split(Dataset.read(RealData.directory("amazon-fkb")));
    evaluator = new Evaluator(split, Target.TEST);
  }

  private static void assertReference(
      Evaluation evaluation, Protocol protocol, double tolerance, double... reference) {
    List<Metric> metrics = List.of(Metric.RECALL_1, Metric.RECALL_10, Metric.NDCG_10);
    for (int i = 0; i < reference.length; i++) {
      assertThat(100 * evaluation.mean(protocol, metrics.get(i)))
          .as("%s %s %s", evaluation.method(), protocol.label(), metrics.get(i).label())
          .isEqualTo(reference[i], within(tolerance + 0.005));
    }
  }

  @Test
  void popularityMatches() {
    Evaluation evaluation = evaluator.evaluate(Baselines.fit("popularity", split));
    assertReference(evaluation, Protocol.FULL, 0, .01, .17, .09);
    assertReference(evaluation, Protocol.SAMPLED, 0.03, .24, 2.18, 1.05);
  }

  @Test
  void recentPopularityMatchesAndSevenDaysWinOnValidation() {
    RecentPopularity recent = RecentPopularity.tuned(split);
    assertThat(recent.days()).isEqualTo(7);
    Evaluation evaluation = evaluator.evaluate(recent);
    assertReference(evaluation, Protocol.FULL, 0.055, .23, 1.83, .87);
    assertReference(evaluation, Protocol.SAMPLED, 0.33, 1.61, 9.63, 4.99);
  }

  @Test
  void itemKnnMatches() {
    Evaluation evaluation = evaluator.evaluate(Baselines.fit("itemknn", split));
    assertReference(evaluation, Protocol.FULL, 0.01, .70, 3.20, 1.80);
    assertReference(evaluation, Protocol.SAMPLED, 0.035, 1.18, 7.22, 3.70);
  }

  @Test
  void slicesHaveThePublishedSizes() {
    Evaluation evaluation = evaluator.evaluate(Baselines.fit("popularity", split));
    assertThat(evaluation.slices().stream().map(s -> s + " " + evaluation.users(s)))
        .containsExactly(
            "all 7734",
            "domain:Food 2821",
            "domain:Kitchen 3719",
            "domain:Beauty 1194",
            "same 796",
            "mix 6813",
            "diff 125",
            "cold-items 35",
            "sparse-items 2189");
    assertThat(evaluation.supportsClaim("diff")).isFalse();
  }
}
