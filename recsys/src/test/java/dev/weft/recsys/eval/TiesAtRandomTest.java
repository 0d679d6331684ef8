package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.recsys.RealData;
import dev.weft.recsys.baseline.ItemKnn;
import dev.weft.recsys.baseline.Popularity;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The reference figures on amazon-fkb to their two decimals, got by breaking ties at random, in
 * expectation, where {@link Evaluator} counts them against the target.
 */
@Tag("real")
class TiesAtRandomTest {
  private static final List<Metric> METRICS =
      List.of(Metric.RECALL_1, Metric.RECALL_10, Metric.NDCG_10);

  /** Half a unit of the last decimal, and the users whose tie hangs on the last bit of a float. */
  private static final double PRINTED = 0.0051;

  private static Split split;

  @BeforeAll
  static void read() throws IOException {
    split = new Split(Dataset.read(RealData.directory("amazon-fkb")));
  }

  @Test
  void popularity() {
    assertSampled(new Popularity(split), PRINTED, .24, 2.18, 1.05);
  }

  /** Counts in the closed window of 7 days that ends with the last item of the history. */
  @Test
  void popularityOfTheLastSevenDays() {
    assertSampled(new ClosedWindow(split), PRINTED, 1.61, 9.63, 4.99);
  }

  /**
   * Sums of cosines that are equal on paper differ in the last bit, hence 0.007 instead of 0.005.
   */
  @Test
  void itemKnn() {
    assertSampled(new ItemKnn(split), 0.007, 1.18, 7.22, 3.70);
  }

  private record ClosedWindow(Split split) implements Recommender {
    @Override
    public String name() {
      return "closed-window";
    }

    @Override
    public void score(int user, int[] history, float[] scores) {
      Dataset data = split.data();
      long now = data.times(user)[history.length - 1];
      Arrays.fill(scores, 0);
      for (int u = 0; u < data.users(); u++) {
        long[] times = data.times(u);
        for (int i = 0; i < split.trainLength(u) && times[i] <= now; i++) {
          if (times[i] >= now - 7 * 86_400) {
            scores[data.sequence(u)[i]]++;
          }
        }
      }
    }
  }

  private static void assertSampled(Recommender method, double tolerance, double... reference) {
    Dataset data = split.data();
    double[][][] sums = new double[data.domains().size()][][];
    for (int d = 0; d < sums.length; d++) {
      sums[d] = sums(data.itemsOfDomain(d).length - 1);
    }
    double[] total = new double[METRICS.size()];
    float[] scores = new float[data.items()];
    for (int u = 0; u < data.users(); u++) {
      method.score(u, split.history(u, Target.TEST), scores);
      int target = split.item(u, Target.TEST);
      int domain = data.domainOf(target);
      int above = 0;
      int equal = 0;
      for (int i : data.itemsOfDomain(domain)) {
        above += scores[i] > scores[target] ? 1 : 0;
        equal += scores[i] == scores[target] ? 1 : 0; // the target among them
      }
      for (int m = 0; m < total.length; m++) {
        total[m] += (sums[domain][m][above + equal] - sums[domain][m][above]) / equal;
      }
    }
    for (int m = 0; m < total.length; m++) {
      assertThat(100 * total[m] / data.users())
          .as(method.name() + " " + METRICS.get(m).label())
          .isEqualTo(reference[m], within(tolerance));
    }
  }

  /** [metric][a]: the expectations with 0 .. a - 1 others above, summed. */
  private static double[][] sums(int others) {
    double[][] sums = new double[METRICS.size()][others + 2];
    for (int a = 0; a <= others; a++) {
      double[] chances = SampledRank.chances(others, a, SampledRank.NEGATIVES);
      for (int m = 0; m < sums.length; m++) {
        sums[m][a + 1] = sums[m][a] + METRICS.get(m).expected(chances);
      }
    }
    return sums;
  }
}
