package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Dropout (Srivastava et al. 2014) whose mask is a function of numbers, not of an order of calls.
 */
public final class Dropout {
  private Dropout() {}

  /**
   * Keeps each element with probability 1 - p and scales it by 1 / (1 - p).
   *
   * @param rowKeys I64 [rows], what each row of x [..., n] is called; null numbers them
   */
  public static Tensor forward(Tensor a, float p, long key, int site, @Nullable Tensor rowKeys) {
    Op op = Op.of("dropout", a, rowKeys == null ? a : rowKeys);
    Checks.f32(op, a);
    Checks.rank(op, "an input", a, 1);
    if (!(p >= 0 && p < 1)) {
      throw op.error("expected a probability in [0, 1), got " + p);
    }
    int cols = a.dim(-1);
    int rows = Math.toIntExact(a.shape().product(0, a.rank() - 1));
    if (rowKeys != null) {
      Checks.ids(op, rowKeys);
      Checks.shape(op, "row keys", rowKeys, Shape.of(rows));
    }
    Buf keys = rowKeys == null ? Buf.NONE : op.dense(rowKeys).buf();
    Tensor y = op.output(a.shape());
    Tensor x = op.dense(a);
    Kernels.run(new KernelCall.Dropout(x.buf(), keys, y.buf(), rows, cols, p, key, site));
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(a.shape());
          Kernels.run(
              new KernelCall.Dropout(g.dy().buf(), keys, dx.buf(), rows, cols, p, key, site));
          g.give(a, dx);
        });
  }
}
