package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** The largest values of each row, descending, and where they stand. */
public final class TopK {
  private TopK() {}

  /** a [..., n] to values and I64 indices [..., k]; equal values in order of position. */
  public static F.Max forward(Tensor a, int k) {
    Op op = Op.of("topk", a);
    Checks.f32(op, a);
    Checks.rank(op, "an input", a, 1);
    int cols = a.dim(-1);
    if (k < 0 || k > cols) {
      throw op.error("expected k in 0 to " + cols + ", got " + k);
    }
    long rows = a.shape().product(0, a.rank() - 1);
    Shape shape = a.shape().with(-1, k);
    Tensor y = op.output(shape);
    Tensor index = op.output(DType.I64, shape);
    Kernels.run(new KernelCall.TopK(op.dense(a).buf(), y.buf(), index.buf(), rows, cols, k));
    Tensor values =
        op.result(
            y,
            g -> {
              long[] at = index.toLongs();
              for (int i = 0; i < at.length; i++) {
                at[i] += (long) (i / k) * cols;
              }
              g.give(a, Scatter.into(g, a.shape(), at, g.dy()));
            });
    return new F.Max(values, index);
  }
}
