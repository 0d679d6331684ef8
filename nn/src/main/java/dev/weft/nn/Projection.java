package dev.weft.nn;

import dev.weft.tensor.Tensor;

/** An affine map that may add a residual to its result in the same pass. */
public sealed interface Projection permits Linear, Conv1D {
  /** x [..., in] to [..., out]. */
  Tensor forward(Tensor x);

  /** The same with {@code residual} [..., out] added. */
  Tensor forward(Tensor x, Tensor residual);
}
