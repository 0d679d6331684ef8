package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Effort THREE_TURNS = new Effort(0, 3, 0, 0);

  @Test
  void sidesTakeTurnsAndGoFirstInTurn() {
    List<String> order = new ArrayList<>();
    Comparison.run(side(order, "a", 1), side(order, "b", 1), THREE_TURNS);
    // Two repetitions each to warm up, then the turns.
    assertThat(order).containsExactly("a", "a", "b", "b", "a", "b", "b", "a", "a", "b");
  }

  @Test
  void shortWorkIsRepeatedOnceUncountedBeforeEachTurn() {
    List<String> order = new ArrayList<>();
    Comparison.run(side(order, "a", 0.001), side(order, "b", 1), new Effort(0, 1, 0, 0));
    assertThat(order).containsExactly("a", "a", "b", "b", "a", "a", "b");
  }

  @Test
  void timesAreMediansOfTurns() {
    double[] times = {9, 9, 1, 5, 2};
    int[] at = {0};
    Comparison measured =
        Comparison.run(() -> times[at[0]++], side(new ArrayList<>(), "b", 4), THREE_TURNS);
    assertThat(measured.ours().median()).isEqualTo(2);
    assertThat(measured.peer().median()).isEqualTo(4);
  }

  @Test
  void spreadIsTheDistanceOfTheQuartilesOverTheMedian() {
    assertThat(new Series(new double[] {5, 1, 3, 2, 4}).spread()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(new Series(new double[] {7}).spread()).isZero();
    assertThat(new Series(new double[] {1, 2}).median()).isEqualTo(1.5);
  }

  @Test
  void noRoundsAreRefused() {
    assertThatThrownBy(() -> Effort.FULL.withRounds(0))
        .hasMessage("rounds: expected at least 1, got 0");
  }

  /** As where a weight is packed at its second use. */
  @Test
  void aSlowRepetitionWarmsNothingUp() {
    double[] times = {2, 14, 1, 1, 1, 1, 1};
    int[] at = {0};
    Comparison.alone(() -> times[at[0]++], new Effort(3, 1, 0, 0));
    assertThat(at[0]).isEqualTo(7); // six until three seconds brought nothing, and the turn
  }

  private static Contender side(List<String> order, String name, double seconds) {
    return () -> {
      order.add(name);
      return seconds;
    };
  }
}
