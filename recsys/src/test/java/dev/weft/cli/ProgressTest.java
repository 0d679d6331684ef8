package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000); // nanoTime may wrap

  private Progress progress(boolean terminal, long total) {
    return new Progress(new PrintWriter(err), terminal, "train", total, clock::get);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void logGetsALineEveryTenSecondsAndOneAtTheEnd() {
    try (Progress progress = progress(false, 100)) {
      progress.update(1, "");
      pass(Duration.ofSeconds(20));
      progress.update(10, "loss 2.5");
      progress.update(11, "loss 2.4");
      pass(Duration.ofSeconds(3580));
      progress.update(50, "loss 1.5");
      progress.update(100, "loss 1.0");
    }
    assertThat(err)
        .hasToString(
            """
            train  10/100  loss 2.5  0:20, 3:00 left
            train  50/100  loss 1.5  1:00:00, 1:00:00 left
            train  100/100  loss 1.0  1:00:00
            """);
  }

  @Test
  void terminalIsRedrawnInPlace() {
    try (Progress progress = progress(true, 4)) {
      progress.update(2, "loss 1");
      progress.update(3, "dropped, too soon");
      pass(Duration.ofSeconds(1));
      progress.update(4, "");
    }
    assertThat(err.toString().split("\r"))
        .containsExactly(
            "",
            "train  [============            ] 2/4  loss 1  0:00, 0:00 left",
            "train  [========================] 4/4  0:01                   ",
            "train  [========================] 4/4  0:01\n");
  }

  @Test
  void clearLeavesAnEmptyLine() {
    Progress progress = progress(true, 1);
    progress.update(0, "");
    int drawn = err.toString().length() - 1;
    progress.clear();
    assertThat(err.toString()).endsWith("\r" + " ".repeat(drawn) + "\r");
  }

  @Test
  void nothingToDoIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> progress(true, 0))
        .withMessage("train: expected at least 1 step, got 0");
  }
}
