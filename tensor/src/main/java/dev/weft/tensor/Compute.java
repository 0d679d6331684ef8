package dev.weft.tensor;

import dev.weft.tensor.backend.Backends;
import dev.weft.tensor.backend.PackedLimit;
import dev.weft.tensor.backend.Workers;

/** What this process computes with. No setting ever changes a result. */
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

  /**
   * Bytes of memory that packed copies of weights may take: {@code weft.packed} in MiB, else
   * WEFT_PACKED, else as much as the heap may have. A weight of a checkpoint is copied when a
   * product needs it for the second time, so that no later one has to pack it; the copy goes with
   * the checkpoint. Decoding and short texts gain most.
   */
  public static long packedBytes() {
    return PackedLimit.bytes();
  }

  /** Sets how many bytes packed copies may take, 0 for none; copies that are there stay. */
  public static void packedBytes(long limit) {
    PackedLimit.bytes(limit);
  }
}
