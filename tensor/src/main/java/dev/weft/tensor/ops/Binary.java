package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Grad;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.BinaryKind;
import dev.weft.tensor.kernel.Kernels;
import java.util.Locale;

/** Element-wise functions of two tensors, with broadcasting. */
public final class Binary {
  private Binary() {}

  /** {@code kind(a, b)}, of the shape the two broadcast to. */
  public static Tensor forward(BinaryKind kind, Tensor a, Tensor b) {
    Op op = Op.of(kind.name().toLowerCase(Locale.ROOT), a, b);
    Checks.f32(op, a, b);
    Shape shape = broadcast(op, a, b);
    Tensor y = op.output(shape);
    compute(kind, a, b, y);
    boolean readsInputs = kind == BinaryKind.MUL || kind == BinaryKind.DIV;
    Tensor sa = readsInputs ? op.save(a) : a;
    Tensor sb = readsInputs ? op.save(b) : b;
    return op.result(
        y,
        g -> {
          Tensor dy = g.dy(shape);
          switch (kind) {
            case ADD -> {
              add(g, a, dy);
              add(g, b, dy);
            }
            case SUB -> {
              add(g, a, dy);
              if (g.needs(b)) {
                g.give(b, Unary.affine(SumTo.shape(dy, b.shape()), -1, 0));
              }
            }
            case MUL -> {
              if (g.needs(a)) {
                g.give(a, SumTo.shape(forward(BinaryKind.MUL, dy, sb), a.shape()));
              }
              if (g.needs(b)) {
                g.give(b, SumTo.shape(forward(BinaryKind.MUL, dy, sa), b.shape()));
              }
            }
            case DIV -> {
              Tensor quotient = forward(BinaryKind.DIV, dy, sb);
              if (g.needs(b)) {
                Tensor db = SumTo.shape(forward(BinaryKind.MUL, quotient, y), b.shape());
                g.give(b, Unary.affine(db, -1, 0));
              }
              if (g.needs(a)) {
                g.give(a, SumTo.shape(quotient, a.shape()));
              }
            }
          }
        });
  }

  private static void add(Grad g, Tensor input, Tensor dy) {
    if (g.needs(input)) {
      g.add(input, SumTo.shape(dy, input.shape()));
    }
  }

  private static Shape broadcast(Op op, Tensor a, Tensor b) {
    try {
      return Shape.broadcast(a.shape(), b.shape());
    } catch (IllegalArgumentException e) {
      throw (IllegalArgumentException)
          op.error(a.label() + " and " + b.label() + " do not broadcast").initCause(e);
    }
  }

  private static void compute(BinaryKind kind, Tensor a, Tensor b, Tensor y) {
    Kernels.run(
        new KernelCall.Binary(
            kind,
            a.buf(),
            Strides.broadcast(a, y.shape()),
            b.buf(),
            Strides.broadcast(b, y.shape()),
            y.buf(),
            y.shape().sizes()));
  }
}
