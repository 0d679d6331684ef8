package dev.weft.tensor.autograd;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Copies and additions between views of equal shape. */
final class Copies {
  private Copies() {}

  static void copy(Tensor from, Tensor to) {
    Kernels.run(
        new KernelCall.Copy(
            from.buf(), from.strides(), to.buf(), to.strides(), from.shape().sizes()));
  }

  static void add(Tensor from, Tensor to) {
    Kernels.run(
        new KernelCall.Accumulate(
            from.buf(), from.strides(), to.buf(), to.strides(), from.shape().sizes()));
  }
}
