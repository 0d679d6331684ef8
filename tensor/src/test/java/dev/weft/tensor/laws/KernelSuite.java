package dev.weft.tensor.laws;

import java.util.List;

/**
 * Several kernels tried together. The class needs a constructor without arguments, with which other
 * processes make it.
 */
@FunctionalInterface
public interface KernelSuite {
  /** The kernels, each of another name. */
  List<KernelUnderTest<?>> kernels();
}
