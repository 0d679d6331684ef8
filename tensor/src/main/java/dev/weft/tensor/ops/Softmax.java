package dev.weft.tensor.ops;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Softmax and log-softmax over one dimension. */
public final class Softmax {
  private Softmax() {}

  /** {@code exp(a - m) / sum(exp(a - m))} over {@code dim}, or its logarithm. */
  public static Tensor forward(boolean log, Tensor a, int dim) {
    int axis = a.shape().axis(dim);
    if (axis != a.rank() - 1) {
      return forward(log, a.transpose(axis, -1), -1).transpose(axis, -1);
    }
    Op op = Op.of(log ? "log_softmax" : "softmax", a);
    Checks.f32(op, a);
    int cols = a.dim(-1);
    long rows = a.shape().product(0, a.rank() - 1);
    Tensor x = op.dense(a);
    Tensor y = op.output(a.shape());
    Kernels.run(new KernelCall.Softmax(log, x.buf(), y.buf(), rows, cols));
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(a.shape());
          Kernels.run(new KernelCall.SoftmaxGrad(log, y.buf(), g.dy().buf(), dx.buf(), rows, cols));
          g.give(a, dx);
        });
  }
}
