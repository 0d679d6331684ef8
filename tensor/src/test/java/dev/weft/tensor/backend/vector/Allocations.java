package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;

/** Counts what a thread allocates. */
final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Allocations() {}

  /**
   * Calls a kernel until it makes no objects of vectors: that it does until the JIT has compiled
   * it. With vectors boxed it allocates more than 16 bytes for each of its {@code elements}; its
   * own objects are a few.
   */
  static void assertSpares(Runnable call, int elements) {
    Instant end = Instant.now().plus(PATIENCE);
    long bytes;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
    } while (bytes > elements && Instant.now().isBefore(end));
    assertThat(bytes).isLessThanOrEqualTo(elements);
  }
}
