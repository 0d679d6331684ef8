package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Layer normalisation (Ba, Kiros and Hinton 2016) over the last dimension. */
public final class LayerNorm {
  private LayerNorm() {}

  /** {@code (a - mean) / sqrt(var + eps) * weight + bias}; a [..., n], weight and bias [n]. */
  public static Tensor forward(Tensor a, Tensor weight, Tensor bias, float eps) {
    Op op = Op.of("layer_norm", a, weight, bias);
    Checks.f32(op, a, weight, bias);
    Checks.rank(op, "an input", a, 1);
    int cols = a.dim(-1);
    Checks.shape(op, "a weight", weight, Shape.of(cols));
    Checks.shape(op, "a bias", bias, Shape.of(cols));
    int rows = Math.toIntExact(a.shape().product(0, a.rank() - 1));
    Tensor x = op.dense(a);
    Tensor w = op.dense(weight);
    Tensor y = op.output(a.shape());
    Tensor mean = op.output(Shape.of(rows));
    Tensor rstd = op.output(Shape.of(rows));
    Kernels.run(
        new KernelCall.LayerNorm(
            x.buf(),
            w.buf(),
            op.dense(bias).buf(),
            y.buf(),
            mean.buf(),
            rstd.buf(),
            rows,
            cols,
            eps));
    return op.result(
        y,
        g -> {
          Tensor dx = g.needs(a) ? g.empty(a.shape()) : null;
          Tensor dw = g.needs(weight) ? g.empty(Shape.of(cols)) : null;
          Tensor db = g.needs(bias) ? g.empty(Shape.of(cols)) : null;
          Kernels.run(
              new KernelCall.LayerNormGrad(
                  x.buf(),
                  w.buf(),
                  mean.buf(),
                  rstd.buf(),
                  g.dy().buf(),
                  dx == null ? Buf.NONE : dx.buf(),
                  dw == null ? Buf.NONE : dw.buf(),
                  db == null ? Buf.NONE : db.buf(),
                  rows,
                  cols));
          if (dx != null) {
            g.give(a, dx);
          }
          if (dw != null) {
            g.give(weight, dw);
          }
          if (db != null) {
            g.give(bias, db);
          }
        });
  }
}
