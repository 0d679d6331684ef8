package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private final int threads = Workers.threads();

  @AfterEach
  void restore() {
    Workers.threads(threads);
  }

  @Test
  void everyTaskRunsOnce() {
    for (int count : new int[] {1, 2, 3, 8}) {
      Workers.threads(count);
      for (int round = 0; round < 200; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(round);
        Workers.run(round, runs::incrementAndGet);
        for (int i = 0; i < round; i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aFailureOfAnyTaskReachesTheCallerAndThePoolLivesOn() {
    Workers.threads(3);
    for (int round = 0; round < 50; round++) {
      int failing = round;
      assertThatThrownBy(() ->
              Workers.run(
                  50,
                  i -> {
                    if (i == failing) {
                      throw new IllegalStateException("task " + i);
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("task " + failing);
    }
    AtomicInteger sum = new AtomicInteger();
    Workers.run(10, sum::addAndGet);
    assertThat(sum).hasValue(45);
  }

  @Test
  void aTaskMayRunTasksItself() {
    Workers.threads(3);
    AtomicInteger runs = new AtomicInteger();
    Workers.run(7, outer -> Workers.run(5, inner -> runs.incrementAndGet()));
    assertThat(runs).hasValue(35);
  }

  @Test
  void callersShareThePoolWhileItsSizeChanges() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> callers = new ArrayList<>();
    for (int c = 0; c < 4; c++) {
      Runnable calls =
          () -> {
            for (int round = 0; round < 300; round++) {
              Workers.run(9, i -> runs.incrementAndGet());
            }
          };
      Thread caller = c % 2 == 0 ? Thread.ofVirtual().unstarted(calls) : new Thread(calls);
      caller.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
      caller.start();
      callers.add(caller);
    }
    for (int i = 0; i < 40; i++) {
      Workers.threads(1 + i % 4);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(runs).hasValue(4 * 300 * 9);
  }

  @Test
  void aCountThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Workers.threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads: expected 1 to 1024, got 0");
  }
}
