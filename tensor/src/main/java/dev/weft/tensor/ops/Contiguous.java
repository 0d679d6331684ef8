package dev.weft.tensor.ops;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** A dense copy of a view; its gradient goes back through the same view. */
public final class Contiguous {
  private Contiguous() {}

  /** {@code x} in row-major order, [...] to [...]. */
  public static Tensor forward(Tensor x) {
    Op op = Op.of("contiguous", x);
    Tensor y = op.output(x.dtype(), x.shape());
    Kernels.run(new KernelCall.Copy(x.buf(), x.strides(), y.buf(), y.strides(), x.shape().sizes()));
    return op.result(y, g -> g.give(x, g.dy(x.shape())));
  }
}
