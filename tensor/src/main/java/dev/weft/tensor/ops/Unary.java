package dev.weft.tensor.ops;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Kernels;
import java.util.Locale;

/** Element-wise functions of one tensor. */
public final class Unary {
  private Unary() {}

  /** {@code kind(a)}, of a's shape. */
  public static Tensor forward(UnaryKind kind, Tensor a) {
    Op op = Op.of(kind.name().toLowerCase(Locale.ROOT), a);
    Checks.f32(op, a);
    Tensor x = op.dense(a);
    Tensor y = op.output(a.shape());
    Kernels.run(new KernelCall.Unary(kind, x.buf(), y.buf()));
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(a.shape());
          Tensor saved = readsOutput(kind) ? y : x;
          Kernels.run(new KernelCall.UnaryGrad(kind, saved.buf(), g.dy().buf(), dx.buf()));
          g.give(a, dx);
        });
  }

  private static boolean readsOutput(UnaryKind kind) {
    return switch (kind) {
      case EXP, SQRT, TANH, SIGMOID, RELU -> true;
      case NEG, LOG, ERF, GELU, GELU_TANH, SILU -> false;
    };
  }

  /** {@code scale * a + shift}, of a's shape, with one rounding. */
  public static Tensor affine(Tensor a, float scale, float shift) {
    Op op = Op.of("affine", a);
    Checks.f32(op, a);
    Tensor x = op.dense(a);
    Tensor y = op.output(a.shape());
    Kernels.run(new KernelCall.Affine(x.buf(), y.buf(), scale, shift));
    return op.result(
        y,
        g -> {
          Tensor dx = g.empty(a.shape());
          Kernels.run(new KernelCall.Affine(g.dy().buf(), dx.buf(), scale, 0));
          g.give(a, dx);
        });
  }
}
