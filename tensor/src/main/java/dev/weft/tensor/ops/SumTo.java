package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** The adjoint of broadcasting: sums a gradient down to the shape of the operand. */
final class SumTo {
  private SumTo() {}

  static Tensor shape(Tensor dy, Shape shape) {
    Tensor sum = dy;
    while (sum.rank() > shape.rank()) {
      sum = Reduce.sum(sum, 0);
    }
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) == 1 && sum.dim(i) != 1) {
        sum = Reduce.sum(sum, i).unsqueeze(i);
      }
    }
    return sum;
  }
}
