package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Example;

class IntervalTest {
  /** n rows: 0 or 1, with every {@code period}-th a 1, beside a constant. */
  private static double[][] rows(int n, int period) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = new double[] {i % period == 0 ? 1 : 0, 0.25};
    }
    return rows;
  }

  @Example
  void aProportionGetsAboutItsNormalInterval() {
    Interval interval = Interval.bootstrap(rows(2000, 5), 1)[0];
    // 0.2 +- 1.96 sqrt(0.2 x 0.8 / 2000) = 0.2 +- 0.0175; 1,000 resamples blur the ends by a tenth.
    assertThat(interval.low()).isEqualTo(0.1825, within(0.003));
    assertThat(interval.high()).isEqualTo(0.2175, within(0.003));
  }

  @Example
  void aConstantHasNoWidth() {
    assertThat(Interval.bootstrap(rows(64, 5), 1)[1]).isEqualTo(new Interval(0.25, 0.25));
  }

  @Example
  void oneUserIsHisOwnInterval() {
    assertThat(Interval.bootstrap(rows(1, 1), 9)[0]).isEqualTo(new Interval(1, 1));
  }

  @Example
  void theSeedDecides() {
    assertThat(Interval.bootstrap(rows(500, 3), 1)[0])
        .isEqualTo(Interval.bootstrap(rows(500, 3), 1)[0])
        .isNotEqualTo(Interval.bootstrap(rows(500, 3), 2)[0]);
  }
}
