package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Rotary position embedding (Su et al. 2021), halves rotated as Hugging Face's Llama does. */
public final class Rope {
  private Rope() {}

  /** x [rows, N, D], cos and sin [positions, D / 2], positions I64 [rows]. */
  public static Tensor forward(Tensor x, Tensor cos, Tensor sin, Tensor positions) {
    Op op = Op.of("rope", x, cos, sin, positions);
    Checks.f32(op, x, cos, sin);
    Checks.ids(op, positions);
    op.constant(cos, sin);
    if (x.rank() != 3 || x.dim(2) % 2 != 0) {
      throw op.error("expected x [rows, N, D] with an even D, got " + x.label());
    }
    int rows = x.dim(0);
    int dim = x.dim(2);
    Checks.shape(op, "positions", positions, Shape.of(rows));
    Checks.shape(op, "cos", cos, Shape.of(cos.dim(0), dim / 2));
    Checks.shape(op, "sin", sin, cos.shape());
    for (long position : positions.toLongs()) {
      if (position < 0 || position >= cos.dim(0)) {
        throw op.error("position " + position + " is out of range for " + cos.dim(0));
      }
    }
    Tensor at = op.output(DType.I32, positions.shape());
    Kernels.run(
        new KernelCall.Copy(
            positions.buf(),
            positions.strides(),
            at.buf(),
            at.strides(),
            positions.shape().sizes()));
    Tensor c = op.dense(cos);
    Tensor s = op.dense(sin);
    Tensor y = op.output(x.shape());
    rotate(op.dense(x).buf(), y.buf(), c, s, at, x.shape(), false);
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(x.shape());
          rotate(g.dy().buf(), dx.buf(), c, s, at, x.shape(), true);
          g.give(x, dx);
        });
  }

  private static void rotate(
      Buf x, Buf y, Tensor cos, Tensor sin, Tensor positions, Shape shape, boolean inverse) {
    Kernels.run(
        new KernelCall.Rope(
            x,
            y,
            cos.buf(),
            sin.buf(),
            positions.buf(),
            shape.dim(0),
            shape.dim(1),
            shape.dim(2),
            inverse));
  }
}
