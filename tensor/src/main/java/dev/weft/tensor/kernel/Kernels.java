package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Backends;

/** Runs a {@link KernelCall} on the backend that was chosen for this process. */
public final class Kernels {
  private Kernels() {}

  /** Runs {@code call} to completion; its outputs may be read when this returns. */
  public static void run(KernelCall call) {
    Backends.best().run(call);
  }
}
