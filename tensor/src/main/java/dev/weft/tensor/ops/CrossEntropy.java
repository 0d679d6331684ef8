package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.kernel.Kernels;

/** Mean negative log-likelihood of labels under the softmax of logits. */
public final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * logits [rows, classes], labels I64 [rows]; rows labelled {@code ignoreIndex} do not count. One
   * value; NaN when no row counts, as in PyTorch.
   */
  public static Tensor forward(Tensor logits, Tensor labels, long ignoreIndex) {
    Op op = Op.of("cross_entropy", logits, labels);
    Checks.f32(op, logits);
    Checks.ids(op, labels);
    if (logits.rank() != 2) {
      throw op.error("expected logits [rows, classes], got " + logits.label());
    }
    int rows = logits.dim(0);
    int classes = logits.dim(1);
    Checks.shape(op, "labels", labels, Shape.of(rows));
    int counted = 0;
    Tensor x = op.dense(logits);
    Tensor ids = op.dense(labels);
    for (int i = 0; i < rows; i++) {
      long label = Elements.getLong(ids.buf().segment(), ids.buf().offset(), i);
      if (label != ignoreIndex) {
        counted++;
        if (label < 0 || label >= classes) {
          throw op.error(
              "label " + label + " at row " + i + " is out of range for " + classes + " classes");
        }
      }
    }
    Tensor logSumExp = op.output(Shape.of(rows));
    Tensor losses = op.output(Shape.of(rows));
    Kernels.run(
        new KernelCall.CrossEntropy(
            x.buf(), ids.buf(), losses.buf(), logSumExp.buf(), rows, classes, ignoreIndex));
    Tensor sum = op.output(Shape.of());
    Kernels.run(
        new KernelCall.Reduce(ReduceKind.SUM, losses.buf(), sum.buf(), Buf.NONE, 1, rows, 1));
    Tensor mean = op.output(Shape.of());
    float share = 1f / counted;
    Kernels.run(new KernelCall.Affine(sum.buf(), mean.buf(), counted == 0 ? Float.NaN : share, 0));
    return op.result(
        mean,
        g -> {
          Tensor each = Unary.affine(g.dy(), share, 0);
          Tensor dlosses = g.empty(Shape.of(rows));
          Kernels.run(
              new KernelCall.Copy(
                  each.buf(), new long[] {0}, dlosses.buf(), new long[] {1}, new long[] {rows}));
          Tensor dx = g.empty(logits.shape());
          Kernels.run(
              new KernelCall.CrossEntropyGrad(
                  x.buf(),
                  ids.buf(),
                  logSumExp.buf(),
                  dlosses.buf(),
                  dx.buf(),
                  rows,
                  classes,
                  ignoreIndex));
          g.give(logits, dx);
        });
  }
}
