package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SampledRankTest {
  @Example
  void twoOfFourWithTwoAbove() {
    // C(2, h) C(2, 2-h) / C(4, 2) = 1/6, 4/6, 1/6
    double[] chances = SampledRank.chances(4, 2, 2);
    assertThat(chances[0]).isEqualTo(1 / 6.0, within(1e-15));
    assertThat(chances[1]).isEqualTo(4 / 6.0, within(1e-15));
    assertThat(chances[2]).isEqualTo(1 / 6.0, within(1e-15));
    assertThat(Arrays.stream(chances, 3, 10)).containsOnly(0.0);
    // Rank 1, 2 or 3, worth 1, 1/log2(3) and 1/2.
    assertThat(Metric.NDCG_10.expected(chances))
        .isEqualTo(1 / 6.0 + 4 / 6.0 * 0.6309297535714575 + 1 / 12.0, within(1e-15));
    assertThat(Metric.RECALL_1.expected(chances)).isEqualTo(1 / 6.0, within(1e-15));
    assertThat(Metric.RECALL_10.expected(chances)).isEqualTo(1, within(1e-15));
  }

  @Example
  void aSampleOfAllIsTheRankItself() {
    for (int above = 0; above <= 12; above++) {
      double[] chances = SampledRank.chances(12, above, 12);
      for (Metric metric : Metric.values()) {
        assertThat(metric.expected(chances)).isEqualTo(metric.at(above + 1));
      }
    }
  }

  @Example
  void hopelessTargetsEarnNothing() {
    assertThat(SampledRank.chances(100_000, 100_000, 1000)).containsOnly(0.0);
    assertThat(SampledRank.chances(5_000, 4_999, 1000)).containsOnly(0.0);
  }

  @Example
  void moreAboveThanThereAreIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SampledRank.chances(5, 6, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> SampledRank.chances(5, 2, 6));
  }

  @Property(tries = 300, seed = "2026")
  void chancesAreTheHypergeometricOnes(
      @ForAll @IntRange(max = 300) int others,
      @ForAll @IntRange(max = 300) int above,
      @ForAll @IntRange(max = 300) int drawn) {
    Assume.that(above <= others && drawn <= others);
    double[] chances = SampledRank.chances(others, above, drawn);
    for (int h = 0; h < chances.length; h++) {
      double exact =
          new BigDecimal(choose(above, h).multiply(choose(others - above, drawn - h)))
              .divide(new BigDecimal(choose(others, drawn)), MathContext.DECIMAL64)
              .doubleValue();
      assertThat(chances[h]).isEqualTo(exact, within(1e-12 * exact));
    }
  }

  @Property(tries = 200, seed = "2026")
  void theExpectationFallsAsMoreStandAbove(
      @ForAll @IntRange(min = 1, max = 6000) int others, @ForAll @IntRange(max = 6000) int above) {
    Assume.that(above < others);
    int drawn = Math.min(SampledRank.NEGATIVES, others);
    double[] better = SampledRank.chances(others, above, drawn);
    double[] worse = SampledRank.chances(others, above + 1, drawn);
    for (Metric metric : Metric.values()) {
      double one = metric.expected(better);
      assertThat(one).isBetween(0.0, 1 + 1e-12);
      assertThat(metric.expected(worse)).isLessThanOrEqualTo(one + 1e-12);
    }
    assertThat(Metric.NDCG_10.expected(better))
        .isLessThanOrEqualTo(Metric.RECALL_10.expected(better));
  }

  /** 4,000 real draws of 1,000 from 3,000; four standard errors are allowed. */
  @Example
  void theMeanOverDrawsIsTheExpectation() {
    int items = 3001;
    int target = 17;
    float[] scores = new float[items];
    for (int i = 0; i < items; i++) {
      scores[i] = -((i * 1009L) % items);
    }
    int above = (int) IntStream.range(0, items).filter(i -> scores[i] > scores[target]).count();
    assertThat(above).isEqualTo(2148);
    scores[target] = -14.5f;
    int few = (int) IntStream.range(0, items).filter(i -> scores[i] > scores[target]).count();
    assertThat(few).isEqualTo(15);
    double[] chances = SampledRank.chances(items - 1, few, SampledRank.NEGATIVES);
    int[] domain = IntStream.range(0, items).toArray();
    int draws = 4000;
    int[] ranks =
        IntStream.range(0, draws)
            .map(user -> SampledRank.draw(scores, target, domain, 42, user))
            .toArray();
    for (Metric metric : Metric.values()) {
      double[] worth = Arrays.stream(ranks).mapToDouble(metric::at).toArray();
      double mean = Arrays.stream(worth).average().orElseThrow();
      double variance =
          Arrays.stream(worth).map(w -> (w - mean) * (w - mean)).average().orElseThrow();
      assertThat(mean)
          .as(metric.label())
          .isEqualTo(metric.expected(chances), within(4 * Math.sqrt(variance / draws) + 1e-12));
    }
    assertThat(Arrays.stream(ranks).distinct().count()).isGreaterThan(5);
  }

  @Example
  void aSmallDomainIsDrawnWhole() {
    float[] scores = {3, 9, 2, 1, 7};
    int[] domain = {0, 2, 3, 4};
    for (int user = 0; user < 20; user++) {
      assertThat(SampledRank.draw(scores, 0, domain, 7, user)).isEqualTo(2);
    }
  }

  private static BigInteger choose(int n, int k) {
    if (k < 0 || k > n) {
      return BigInteger.ZERO;
    }
    BigInteger product = BigInteger.ONE;
    for (int i = 0; i < k; i++) {
      product = product.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
    }
    return product;
  }
}
