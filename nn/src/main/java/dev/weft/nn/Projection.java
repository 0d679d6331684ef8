package dev.weft.nn;

import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;

/** An affine map that may add a residual to its result in the same pass; adapters act on it. */
public sealed interface Projection permits Linear, Conv1D {
  /** x [..., in] to [..., out]. */
  Tensor forward(Tensor x);

  /** The same with {@code residual} [..., out] added. */
  Tensor forward(Tensor x, Tensor residual);

  /** The weight, in the layout of the class. */
  Parameter weight();

  /** Number of inputs. */
  int in();

  /** Number of outputs. */
  int out();

  /** Path of the module. */
  String path();
}
