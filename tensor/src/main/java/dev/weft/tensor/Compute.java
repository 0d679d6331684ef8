package dev.weft.tensor;

import dev.weft.tensor.backend.Backends;
import dev.weft.tensor.backend.Workers;

/** What this process computes with. Neither setting ever changes a result. */
public final class Compute {
  private Compute() {}

  /** Name of the backend, as {@code vector, 512 bits}; chosen at the first call. */
  public static String backend() {
    return Backends.best().name();
  }

  /** Threads that kernels use: {@code weft.threads}, else WEFT_THREADS, else all processors. */
  public static int threads() {
    return Workers.threads();
  }

  /** Sets the number of threads, 1 to 1024; no kernel may be running. */
  public static void threads(int count) {
    Workers.threads(count);
  }
}
