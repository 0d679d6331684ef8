package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Root mean square normalisation (Zhang and Sennrich 2019) over the last dimension. */
public final class RmsNorm {
  private RmsNorm() {}

  /** {@code a / sqrt(mean(a^2) + eps) * weight}; a [..., n], weight [n]. */
  public static Tensor forward(Tensor a, Tensor weight, float eps) {
    Op op = Op.of("rms_norm", a, weight);
    Checks.f32(op, a, weight);
    Checks.rank(op, "an input", a, 1);
    int cols = a.dim(-1);
    Checks.shape(op, "a weight", weight, Shape.of(cols));
    int rows = Math.toIntExact(a.shape().product(0, a.rank() - 1));
    Tensor x = op.dense(a);
    Tensor w = op.dense(weight);
    Tensor y = op.output(a.shape());
    Tensor rstd = op.output(Shape.of(rows));
    Kernels.run(new KernelCall.RmsNorm(x.buf(), w.buf(), y.buf(), rstd.buf(), rows, cols, eps));
    return op.result(
        y,
        g -> {
          Tensor dx = g.needs(a) ? g.empty(a.shape()) : null;
          Tensor dw = g.needs(weight) ? g.empty(Shape.of(cols)) : null;
          Kernels.run(
              new KernelCall.RmsNormGrad(
                  x.buf(),
                  w.buf(),
                  rstd.buf(),
                  g.dy().buf(),
                  dx == null ? Buf.NONE : dx.buf(),
                  dw == null ? Buf.NONE : dw.buf(),
                  rows,
                  cols));
          if (dx != null) {
            g.give(a, dx);
          }
          if (dw != null) {
            g.give(weight, dw);
          }
        });
  }
}
