package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.kernel.Kernels;

/** Sums and maxima over one dimension, which disappears. */
public final class Reduce {
  private Reduce() {}

  /** Sum over {@code dim}. */
  public static Tensor sum(Tensor a, int dim) {
    Op op = Op.of("sum", a);
    Checks.f32(op, a);
    int axis = a.shape().axis(dim);
    Shape reduced = a.shape().without(axis);
    Tensor y = op.output(reduced);
    run(ReduceKind.SUM, a.isDense() ? a : dense(op, a), y, Buf.NONE, axis);
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(a.shape());
          Tensor dy = g.dy(reduced).unsqueeze(axis);
          Kernels.run(
              new KernelCall.Copy(
                  dy.buf(),
                  Strides.broadcast(dy, a.shape()),
                  dx.buf(),
                  dx.strides(),
                  a.shape().sizes()));
          g.give(a, dx);
        });
  }

  /**
   * Maximum over {@code dim} and the first position it stands at; the gradient goes to that
   * position.
   */
  public static F.Max max(Tensor a, int dim) {
    Op op = Op.of("max", a);
    Checks.f32(op, a);
    int axis = a.shape().axis(dim);
    if (a.dim(axis) == 0) {
      throw op.error("dim " + dim + " of " + a.label() + " is empty");
    }
    Shape reduced = a.shape().without(axis);
    Tensor y = op.output(reduced);
    Tensor index = op.output(DType.I64, reduced);
    run(ReduceKind.MAX, a.isDense() ? a : dense(op, a), y, index.buf(), axis);
    long inner = a.shape().product(axis + 1, a.rank());
    Tensor values =
        op.result(
            y,
            g -> {
              long[] at = index.toLongs();
              for (int i = 0; i < at.length; i++) {
                at[i] = (i / inner * a.dim(axis) + at[i]) * inner + i % inner;
              }
              g.give(a, Scatter.into(g, a.shape(), at, g.dy()));
            });
    return new F.Max(values, index);
  }

  private static Tensor dense(Op op, Tensor a) {
    Tensor copy = op.temporary(DType.F32, a.shape());
    Kernels.run(
        new KernelCall.Copy(a.buf(), a.strides(), copy.buf(), copy.strides(), a.shape().sizes()));
    return copy;
  }

  private static void run(ReduceKind kind, Tensor x, Tensor y, Buf index, int axis) {
    Shape shape = x.shape();
    Kernels.run(
        new KernelCall.Reduce(
            kind,
            x.buf(),
            y.buf(),
            index,
            shape.product(0, axis),
            shape.dim(axis),
            shape.product(axis + 1, shape.rank())));
  }
}
