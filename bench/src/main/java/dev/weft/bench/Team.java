package dev.weft.bench;

import java.util.concurrent.CyclicBarrier;
import java.util.function.IntToDoubleFunction;

/** Fresh threads that do the same work at the same time. */
final class Team {
  /** Keeps what the threads compute alive, for the compiler. */
  private static volatile double sink;

  private Team() {}

  /** Seconds from when all are ready until all are done; the body is given the thread's number. */
  static double seconds(int threads, IntToDoubleFunction body) {
    long[] start = new long[threads];
    long[] end = new long[threads];
    CyclicBarrier ready = new CyclicBarrier(threads);
    Thread[] team = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int thread = t;
      team[t] =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  ready.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                start[thread] = System.nanoTime();
                sink = body.applyAsDouble(thread);
                end[thread] = System.nanoTime();
              });
    }
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    try {
      for (int t = 0; t < threads; t++) {
        team[t].join();
        first = Math.min(first, start[t]);
        last = Math.max(last, end[t]);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    return (last - first) * 1e-9;
  }
}
