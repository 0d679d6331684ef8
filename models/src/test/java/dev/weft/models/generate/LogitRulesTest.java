package dev.weft.models.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Rules on logits by hand; whole models with rules are among the goldens. */
class LogitRulesTest {
  private static final float BANNED = Float.NEGATIVE_INFINITY;

  private static LogitRules rules(
      double penalty, int ngram, int minLength, int minNew, List<Integer> begin) {
    return new LogitRules(
        penalty,
        ngram,
        minLength,
        minNew,
        6,
        OptionalInt.of(3),
        List.of(2),
        List.of(4),
        begin,
        List.of(2));
  }

  private static float[] applied(LogitRules rules, int prompt, int... tokens) {
    float[] logits = {1, -1, 2, -2, 4};
    rules.apply(logits, tokens, prompt, tokens.length);
    return logits;
  }

  @Test
  void aRepeatedTokenLosesOnceWhateverItsSign() {
    float[] logits = {1, -1, 2};
    LogitRules rules =
        new LogitRules(
            2, 0, 0, 0, 9, OptionalInt.empty(), List.of(), List.of(), List.of(), List.of());
    rules.apply(logits, new int[] {0, 1, 1, 0}, 2, 4);
    assertThat(logits).containsExactly(0.5f, -2, 2);
  }

  @Test
  void aSequenceOfTokensDoesNotComeTwice() {
    assertThat(applied(rules(1, 2, 0, 0, List.of()), 2, 1, 3, 1))
        .containsExactly(1, -1, 2, BANNED, BANNED);
    assertThat(applied(rules(1, 3, 0, 0, List.of()), 2, 1, 3, 1))
        .containsExactly(1, -1, 2, -2, BANNED);
  }

  @Test
  void theTextDoesNotEndTooSoon() {
    assertThat(applied(rules(1, 0, 4, 0, List.of()), 2, 1, 1, 1)[2]).isEqualTo(BANNED);
    assertThat(applied(rules(1, 0, 3, 0, List.of()), 2, 1, 1, 1)[2]).isEqualTo(2);
    assertThat(applied(rules(1, 0, 0, 2, List.of()), 2, 1, 1, 1)[2]).isEqualTo(BANNED);
    assertThat(applied(rules(1, 0, 0, 1, List.of()), 2, 1, 1, 1)[2]).isEqualTo(2);
  }

  @Test
  void firstAndLastTokensAreForced() {
    assertThat(applied(rules(1, 0, 0, 0, List.of()), 1, 1))
        .containsExactly(BANNED, BANNED, BANNED, 0, BANNED);
    assertThat(applied(rules(1, 0, 0, 0, List.of()), 1, 1, 3, 1, 1, 1))
        .containsExactly(BANNED, BANNED, 0, BANNED, BANNED);
  }

  @Test
  void whatMayNotComeFirstMayComeLater() {
    assertThat(applied(rules(1, 0, 0, 0, List.of(0)), 2, 1, 1)[0]).isEqualTo(BANNED);
    assertThat(applied(rules(1, 0, 0, 0, List.of(0)), 2, 1, 1, 1)[0]).isEqualTo(1);
    assertThat(applied(rules(1, 0, 0, 0, List.of(0)), 1, 1, 3)[0]).isEqualTo(BANNED);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> rules(0, 0, 0, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("repetition_penalty 0.0 is not positive");
    assertThatThrownBy(() -> rules(1, -1, 0, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no_repeat_ngram_size -1");
  }
}
