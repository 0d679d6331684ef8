package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static String labels(double low, double high) {
    Axis axis = Axis.over(low, high, 5);
    return String.join(" ", Arrays.stream(axis.ticks()).mapToObj(axis::label).toList());
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(labels(0, 43)).isEqualTo("0 10 20 30 40 50");
    assertThat(labels(0, 1_200)).isEqualTo("0 500 1,000 1,500");
    assertThat(labels(1.13, 4.2)).isEqualTo("1 2 3 4 5");
    assertThat(labels(0.0012, 0.0019)).isEqualTo("0.0012 0.0014 0.0016 0.0018 0.0020");
    assertThat(labels(7, 7)).isEqualTo("6 8");
  }

  @Property(tries = 300, seed = "2026")
  void ticksCoverTheRange(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double a,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double b) {
    Axis axis = Axis.over(Math.min(a, b), Math.max(a, b), 5);
    assertThat(axis.place(Math.min(a, b), 0, 1)).isBetween(-1e-9, 1.0);
    assertThat(axis.place(Math.max(a, b), 0, 1)).isBetween(0.0, 1 + 1e-9);
    assertThat(axis.ticks().length).isBetween(2, 8);
  }

  @Test
  void nanIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Axis.over(0, Double.NaN, 5))
        .withMessage("axis: expected a range, got 0.0 to NaN");
  }
}
