package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Matrix;

/** Matrix products, batched with broadcasting, of operands in any layout. */
public final class Matmul {
  private Matmul() {}

  /** {@code a b}: [..., m, k] by [..., k, n] to [..., m, n]. */
  public static Tensor forward(Tensor a, Tensor b) {
    Op op = Op.of("matmul", a, b);
    Checks.rank(op, "the left operand", a, 2);
    Checks.rank(op, "the right operand", b, 2);
    if (!a.dtype().isFloating() || !b.dtype().isFloating()) {
      throw op.error("expected float operands, got " + a.dtype() + " and " + b.dtype());
    }
    if (a.dim(-1) != b.dim(-2)) {
      throw op.error(
          "expected "
              + b.label()
              + " dim -2 = "
              + a.dim(-1)
              + " (dim -1 of "
              + a.label()
              + "), got "
              + b.dim(-2));
    }
    Shape batch = Shape.broadcast(leading(a), leading(b));
    Shape shape = matrices(batch, a.dim(-2), b.dim(-1));
    Tensor y = op.output(shape);
    multiply(a, b, y);
    Tensor sa = op.save(a);
    Tensor sb = op.save(b);
    return op.result(
        y,
        g -> {
          Tensor dy = g.dy(shape);
          if (g.needs(a)) {
            Tensor da = g.empty(matrices(batch, a.dim(-2), a.dim(-1)));
            multiply(dy, sb.transpose(-1, -2), da);
            g.give(a, SumTo.shape(da, a.shape()));
          }
          if (g.needs(b)) {
            Tensor db = g.empty(matrices(batch, b.dim(-2), b.dim(-1)));
            multiply(sa.transpose(-1, -2), dy, db);
            g.give(b, SumTo.shape(db, b.shape()));
          }
        });
  }

  private static Shape leading(Tensor tensor) {
    Shape shape = tensor.shape();
    return shape.without(-1).without(-1);
  }

  private static Shape matrices(Shape batch, int rows, int cols) {
    int[] dims = new int[batch.rank() + 2];
    System.arraycopy(batch.dims(), 0, dims, 0, batch.rank());
    dims[dims.length - 2] = rows;
    dims[dims.length - 1] = cols;
    return Shape.of(dims);
  }

  /**
   * One kernel call per index of the outer batch dimensions; the last one is the kernel's batch.
   */
  private static void multiply(Tensor a, Tensor b, Tensor y) {
    int outer = Math.max(0, y.rank() - 3);
    long calls = y.shape().product(0, outer);
    long[] as = Strides.broadcast(a, aligned(y, a));
    long[] bs = Strides.broadcast(b, aligned(y, b));
    long[] ys = y.strides();
    int rank = y.rank();
    int batch = rank > 2 ? y.dim(-3) : 1;
    int[] index = new int[outer];
    for (long call = 0; call < calls; call++) {
      long ao = 0;
      long bo = 0;
      long yo = 0;
      for (int i = 0; i < outer; i++) {
        ao += index[i] * as[i];
        bo += index[i] * bs[i];
        yo += index[i] * ys[i];
      }
      Kernels.run(
          KernelCall.Gemm.of(
              batch,
              y.dim(-2),
              y.dim(-1),
              a.dim(-1),
              matrix(a, ao, as),
              matrix(b, bo, bs),
              matrix(y, yo, ys)));
      for (int i = outer - 1; i >= 0 && ++index[i] == y.dim(i); i--) {
        index[i] = 0;
      }
    }
  }

  /** The batch of the result over the matrix of the operand. */
  private static Shape aligned(Tensor y, Tensor operand) {
    return y.shape().with(-2, operand.dim(-2)).with(-1, operand.dim(-1));
  }

  private static Matrix matrix(Tensor tensor, long offset, long[] strides) {
    int rank = strides.length;
    return new Matrix(
        tensor.buf().plus(offset),
        tensor.stride(-2),
        tensor.stride(-1),
        rank > 2 ? strides[rank - 3] : 0);
  }
}
