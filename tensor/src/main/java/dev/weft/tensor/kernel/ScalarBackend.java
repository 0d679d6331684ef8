package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Backend;


/** Runs the scalar bodies of the kernels. */
public final class ScalarBackend implements Backend {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void run(KernelCall call) {
    throw new UnsupportedOperationException("no scalar body for " + call);
  }
}
