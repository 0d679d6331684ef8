package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/** Picking rows of a table by number, and its adjoint, adding rows into a table. */
public final class Embedding {
  private Embedding() {}

  /** table [rows, n] of any float dtype, ids I64 [...]; result [..., n] in F32. */
  public static Tensor forward(Tensor table, Tensor ids) {
    Op op = Op.of("embedding", table, ids);
    Checks.ids(op, ids);
    if (table.rank() != 2 || !table.isDense()) {
      throw op.error("expected a dense table [rows, n], got " + table.label());
    }
    int[] dims = new int[ids.rank() + 1];
    System.arraycopy(ids.shape().dims(), 0, dims, 0, ids.rank());
    dims[ids.rank()] = table.dim(1);
    Tensor rows = op.dense(ids);
    Tensor y = op.output(Shape.of(dims));
    Kernels.run(
        new KernelCall.Gather(table.buf(), rows.buf(), y.buf(), table.dim(0), table.dim(1)));
    return op.result(
        y, g -> g.addRows(table, rows, g.dy(Shape.of(Math.toIntExact(ids.size()), table.dim(1)))));
  }

  /** {@code y = x; y[ids[i]] += src[i]}: x [rows, n], ids I64 [m], src [m, n]. */
  public static Tensor indexAdd(Tensor x, Tensor ids, Tensor src) {
    Op op = Op.of("index_add", x, ids, src);
    Checks.f32(op, x, src);
    Checks.ids(op, ids);
    if (x.rank() != 2 || ids.rank() != 1) {
      throw op.error("expected x [rows, n] and ids [m], got " + x.label() + ", " + ids.label());
    }
    Checks.shape(op, "a source", src, Shape.of(ids.dim(0), x.dim(1)));
    Tensor rows = op.dense(ids);
    Tensor values = op.dense(src);
    Tensor y = op.output(x.shape());
    Kernels.run(new KernelCall.Copy(x.buf(), x.strides(), y.buf(), y.strides(), x.shape().sizes()));
    Kernels.run(new KernelCall.ScatterAdd(rows.buf(), values.buf(), y.buf(), x.dim(0), x.dim(1)));
    return op.result(
        y,
        g -> {
          if (g.needs(src)) {
            Tensor picked = g.empty(src.shape());
            Kernels.run(
                new KernelCall.Gather(g.dy().buf(), rows.buf(), picked.buf(), x.dim(0), x.dim(1)));
            g.give(src, picked);
          }
          g.give(x, g.dy(x.shape()));
        });
  }
}
