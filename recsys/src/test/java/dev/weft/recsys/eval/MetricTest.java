package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MetricTest {
  @Example
  void recallIsOneWithinTheFirstK() {
    assertThat(Metric.RECALL_1.at(1)).isEqualTo(1);
    assertThat(Metric.RECALL_1.at(2)).isZero();
    assertThat(Metric.RECALL_10.at(10)).isEqualTo(1);
    assertThat(Metric.RECALL_10.at(11)).isZero();
  }

  @Example
  void ndcgIsOneOverTheLogarithmOfTheRankPlusOne() {
    assertThat(Metric.NDCG_10.at(1)).isEqualTo(1);
    assertThat(Metric.NDCG_10.at(2)).isEqualTo(0.6309297535714575, within(1e-15));
    assertThat(Metric.NDCG_10.at(3)).isEqualTo(0.5);
    assertThat(Metric.NDCG_10.at(7)).isEqualTo(1 / 3.0, within(1e-15));
    assertThat(Metric.NDCG_10.at(10)).isEqualTo(0.2890648263178879, within(1e-15));
    assertThat(Metric.NDCG_10.at(11)).isZero();
    assertThat(Metric.NDCG_1.at(1)).isEqualTo(1);
    assertThat(Metric.NDCG_1.at(2)).isZero();
  }

  @Example
  void thereIsNoRankZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.NDCG_10.at(0))
        .withMessage("NDCG@10: expected a rank of at least 1, got 0");
  }

  @Property(seed = "2026")
  void ndcgIsAtMostRecallAndNeitherGrowsWithTheRank(@ForAll @IntRange(min = 1, max = 30) int rank) {
    assertThat(Metric.NDCG_10.at(rank)).isBetween(0.0, Metric.RECALL_10.at(rank));
    assertThat(Metric.NDCG_1.at(rank)).isEqualTo(Metric.RECALL_1.at(rank));
    for (Metric metric : Metric.values()) {
      assertThat(metric.at(rank + 1)).isLessThanOrEqualTo(metric.at(rank));
    }
  }
}
