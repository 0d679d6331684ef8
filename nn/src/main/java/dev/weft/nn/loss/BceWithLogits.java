package dev.weft.nn.loss;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Grad;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.BinaryKind;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Kernels;

/**
 * Binary cross-entropy {@code -t log s(x) - (1 - t) log(1 - s(x))} of logits x and targets t in [0,
 * 1], both F32 of one shape, as torch.nn.BCEWithLogitsLoss; computed as {@code max(x, 0) - x t +
 * log(1 + exp(-|x|))}, which overflows nowhere. Its gradient is {@code s(x) - t} with respect to x
 * and {@code -x} with respect to t.
 *
 * <p>PyTorch takes log1p of the exponential; here a small loss may be off by up to 2e-7. {@code
 * weight} and {@code pos_weight} are not offered.
 */
public final class BceWithLogits {
  private BceWithLogits() {}

  /** The mean over all elements, one value. */
  public static Tensor mean(Tensor logits, Tensor targets) {
    return F.mean(each(logits, targets));
  }

  /** The sum over all elements, one value. */
  public static Tensor sum(Tensor logits, Tensor targets) {
    return F.sum(each(logits, targets));
  }

  /** The loss of every element, in the logits' shape. */
  public static Tensor each(Tensor logits, Tensor targets) {
    // A primitive op: composed of relu and |x|, the gradient at 0 would be -t instead of 1/2 - t.
    Op op = Op.of("binary_cross_entropy_with_logits", logits, targets);
    if (logits.dtype() != DType.F32 || targets.dtype() != DType.F32) {
      throw op.error("expected F32, got " + logits.dtype() + " and " + targets.dtype());
    }
    Shape shape = logits.shape();
    if (!targets.shape().equals(shape)) {
      throw op.error("expected targets of the logits' shape " + shape + ", got " + targets.label());
    }
    Tensor x = op.dense(logits);
    Tensor t = op.dense(targets);
    Tensor y = op.output(shape);
    Tensor a = op.temporary(DType.F32, shape);
    Tensor b = op.temporary(DType.F32, shape);
    Tensor positive = op.temporary(DType.F32, shape);
    unary(UnaryKind.RELU, x, positive);
    unary(UnaryKind.NEG, x, a);
    unary(UnaryKind.RELU, a, b);
    binary(BinaryKind.ADD, positive, b, a); // |x|
    unary(UnaryKind.NEG, a, b);
    unary(UnaryKind.EXP, b, a);
    Kernels.run(new KernelCall.Affine(a.buf(), b.buf(), 1, 1));
    unary(UnaryKind.LOG, b, a); // log(1 + exp(-|x|))
    binary(BinaryKind.MUL, x, t, b);
    binary(BinaryKind.SUB, positive, b, y);
    binary(BinaryKind.ADD, y, a, b);
    Kernels.run(new KernelCall.Copy(b.buf(), b.strides(), y.buf(), y.strides(), shape.sizes()));
    return op.result(y, g -> backward(g, logits, targets, x, t));
  }

  private static void backward(Grad g, Tensor logits, Tensor targets, Tensor x, Tensor t) {
    Shape shape = x.shape();
    Tensor dy = g.dy(shape);
    if (g.needs(logits)) {
      Tensor s = g.empty(shape);
      Tensor difference = g.empty(shape);
      Tensor dx = g.empty(shape);
      unary(UnaryKind.SIGMOID, x, s);
      binary(BinaryKind.SUB, s, t, difference);
      binary(BinaryKind.MUL, difference, dy, dx);
      g.give(logits, dx);
    }
    if (g.needs(targets)) {
      Tensor minus = g.empty(shape);
      Tensor dt = g.empty(shape);
      unary(UnaryKind.NEG, x, minus);
      binary(BinaryKind.MUL, minus, dy, dt);
      g.give(targets, dt);
    }
  }

  private static void unary(UnaryKind kind, Tensor x, Tensor y) {
    Kernels.run(new KernelCall.Unary(kind, x.buf(), y.buf()));
  }

  private static void binary(BinaryKind kind, Tensor a, Tensor b, Tensor y) {
    Kernels.run(
        new KernelCall.Binary(
            kind, a.buf(), a.strides(), b.buf(), b.strides(), y.buf(), y.shape().sizes()));
  }
}
