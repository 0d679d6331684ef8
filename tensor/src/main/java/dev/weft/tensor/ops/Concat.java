package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import java.util.List;

/** Tensors one after the other along a dimension. */
public final class Concat {
  private Concat() {}

  /** All of one dtype, equal in every dimension but {@code dim}. */
  public static Tensor forward(List<Tensor> parts, int dim) {
    Op op = Op.of("cat", parts.toArray(Tensor[]::new));
    if (parts.isEmpty()) {
      throw op.error("expected at least one tensor");
    }
    Tensor first = parts.getFirst();
    int axis = first.shape().axis(dim);
    int total = 0;
    for (Tensor part : parts) {
      if (part.rank() != first.rank()
          || part.dtype() != first.dtype()
          || !part.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
        throw op.error(
            "expected "
                + first.dtype()
                + " "
                + first.shape()
                + " but for dim "
                + axis
                + ", got "
                + part.dtype()
                + " "
                + part.label());
      }
      total = Math.addExact(total, part.dim(axis));
    }
    Shape shape = first.shape().with(axis, total);
    Tensor y = op.output(first.dtype(), shape);
    int at = 0;
    for (Tensor part : parts) {
      Tensor place = y.slice(axis, at, at + part.dim(axis));
      Kernels.run(
          new KernelCall.Copy(
              part.buf(), part.strides(), place.buf(), place.strides(), part.shape().sizes()));
      at += part.dim(axis);
    }
    return op.result(
        y,
        g -> {
          Tensor dy = g.dy(shape);
          int from = 0;
          for (Tensor part : parts) {
            g.add(part, dy.slice(axis, from, from + part.dim(axis)));
            from += part.dim(axis);
          }
        });
  }
}
