package dev.weft.tensor.backend;

import dev.weft.tensor.kernel.KernelCall;

/** Executes kernels: one implementation per way of computing. */
public interface Backend {
  /**
   * Short name as printed and as {@code weft.backend} spells it: {@code vector}, {@code scalar}.
   */
  String name();

  /** Runs a call to completion. */
  void run(KernelCall call);
}
