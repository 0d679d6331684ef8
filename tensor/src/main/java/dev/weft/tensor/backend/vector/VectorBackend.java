package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Backend;
import dev.weft.tensor.kernel.KernelCall;

/** Runs the vector bodies of the kernels. */
public final class VectorBackend implements Backend {
  @Override
  public String name() {
    return "vector";
  }

  @Override
  public void run(KernelCall call) {
    throw new UnsupportedOperationException("no vector body for " + call);
  }
}
