package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final Dataset DATA =
      Dataset.of(
          "tiny",
          List.of("five", "three", "two", "one"),
          List.of(new Item("0", "d", ""), new Item("1", "d", ""), new Item("2", "d", "")),
          new int[][] {{0, 1, 0, 2, 1}, {2, 1, 0}, {1, 2}, {0}},
          new long[][] {{1, 2, 3, 4, 5}, {1, 2, 3}, {1, 2}, {1}},
          Origin.SIMULATED);

  private static final Split SPLIT = new Split(DATA);

  @Test
  void theLastIsForTestAndTheOneBeforeForValidation() {
    assertThat(SPLIT.item(0, Target.TEST)).isEqualTo(1);
    assertThat(SPLIT.history(0, Target.TEST)).containsExactly(0, 1, 0, 2);
    assertThat(SPLIT.item(0, Target.VALIDATION)).isEqualTo(2);
    assertThat(SPLIT.history(0, Target.VALIDATION)).containsExactly(0, 1, 0);
    assertThat(SPLIT.trainLength(0)).isEqualTo(3);
  }

  @Test
  void trainingHoldsEverythingButTheLastTwo() {
    assertThat(SPLIT.trainInteractions()).isEqualTo(4);
    assertThat(SPLIT.trainCount(0)).isEqualTo(2);
    assertThat(SPLIT.trainCount(1)).isEqualTo(1);
    assertThat(SPLIT.trainCount(2)).isEqualTo(1);
  }

  @Test
  void aTargetNeedsAHistory() {
    assertThat(SPLIT.has(1, Target.VALIDATION)).isTrue();
    assertThat(SPLIT.has(2, Target.TEST)).isTrue();
    assertThat(SPLIT.has(2, Target.VALIDATION)).isFalse();
    assertThat(SPLIT.has(3, Target.TEST)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SPLIT.history(3, Target.TEST))
        .withMessage("data set tiny, user \"one\": no TEST target after 1 interactions");
  }
}
