package dev.weft.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.NnGoldens;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void factorsAreThoseOfTransformers() {
    check("linear", Schedule.linear(5, 50));
    check("cosine", Schedule.cosine(5, 50));
    check("constant", Schedule.constant(5));
    check("linear_no_warmup", Schedule.linear(0, 50));
    check("cosine_no_warmup", Schedule.cosine(0, 50));
  }

  private static void check(String name, Schedule schedule) {
    float[] golden = NnGoldens.get("schedule." + name).toFloats();
    assertThat(golden).hasSize(51);
    for (int step = 0; step < golden.length; step++) {
      // The golden was rounded to f32; cosines of two libraries may differ in the last bit.
      double factor = schedule.factor(step);
      assertThat(factor)
          .as("%s at %d", name, step)
          .isBetween(golden[step] - 1e-7, golden[step] + 1e-7);
    }
  }

  @Test
  void constantIsOne() {
    assertThat(Schedule.constant().factor(0)).isEqualTo(1);
    assertThat(Schedule.constant().factor(1_000_000)).isEqualTo(1);
  }

  @Test
  void linearStaysAtZeroPastTheEnd() {
    assertThat(Schedule.linear(5, 50).factor(500)).isZero();
  }

  @Test
  void warmupOfARatioIsRoundedUp() {
    assertThat(Schedule.warmupSteps(0.1, 101)).isEqualTo(11);
    assertThat(Schedule.warmupSteps(0, 101)).isZero();
    assertThatThrownBy(() -> Schedule.warmupSteps(1.5, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> Schedule.linear(51, 50))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("51 and 50");
    assertThatThrownBy(() -> Schedule.cosine(-1, 50)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.linear(5, 50).factor(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(seed = "2026")
  void factorsLieBetweenZeroAndOneAndFallAfterTheWarmup(
      @ForAll @IntRange(max = 100) int warmup,
      @ForAll @IntRange(max = 1000) int rest,
      @ForAll @IntRange(max = 1100) int step) {
    long total = (long) warmup + rest;
    for (Schedule schedule :
        new Schedule[] {Schedule.linear(warmup, total), Schedule.cosine(warmup, total)}) {
      double factor = schedule.factor(Math.min(step, total));
      assertThat(factor).isBetween(0.0, 1.0);
      if (step >= warmup && step < total) {
        assertThat(schedule.factor(step + 1)).isLessThanOrEqualTo(factor);
      }
    }
  }
}
