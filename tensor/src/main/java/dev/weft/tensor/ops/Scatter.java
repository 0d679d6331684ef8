package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Grad;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Zeros with a few values added at flat positions: the gradient of picking elements. */
final class Scatter {
  private Scatter() {}

  static Tensor into(Grad g, Shape shape, long[] positions, Tensor values) {
    Tensor dx = g.empty(shape);
    Kernels.run(new KernelCall.Fill(dx.buf(), 0));
    Tensor ids = Tensor.of(positions, positions.length);
    Kernels.run(new KernelCall.ScatterAdd(ids.buf(), values.buf(), dx.buf(), shape.size(), 1));
    return dx;
  }
}
