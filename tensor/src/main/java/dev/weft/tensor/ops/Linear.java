package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Grad;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.KernelCall.BinaryKind;
import dev.weft.tensor.kernel.KernelCall.Gemm;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = activation(delta + x W^T + bias) * gate + residual}, one matrix product with
 * everything round it done while a tile of the result is in registers.
 */
public final class Linear {
  private Linear() {}

  /**
   * x [..., in], weight [out, in] of any float dtype and layout, bias [out], delta, gate and
   * residual [..., out].
   */
  public static Tensor forward(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      Activation activation,
      @Nullable Tensor delta,
      @Nullable Tensor gate,
      @Nullable Tensor residual) {
    Tensor none = x;
    Op op =
        Op.of(
            "linear",
            x,
            weight,
            bias == null ? none : bias,
            delta == null ? none : delta,
            gate == null ? none : gate,
            residual == null ? none : residual);
    Checks.rank(op, "an input", x, 1);
    if (!x.dtype().isFloating() || !weight.dtype().isFloating()) {
      throw op.error("expected float operands, got " + x.dtype() + " and " + weight.dtype());
    }
    int in = x.dim(-1);
    if (weight.rank() != 2 || weight.dim(1) != in) {
      throw op.error(
          "expected weight "
              + weight.label()
              + " dim -1 = "
              + in
              + " (dim -1 of "
              + x.label()
              + ")");
    }
    int out = weight.dim(0);
    Shape shape = x.shape().with(-1, out);
    if (bias != null) {
      Checks.f32(op, bias);
      Checks.shape(op, "a bias", bias, Shape.of(out));
    }
    if (delta != null) {
      Checks.f32(op, delta);
      Checks.shape(op, "a delta", delta, shape);
    }
    if (gate != null) {
      Checks.f32(op, gate);
      Checks.shape(op, "a gate", gate, shape);
    }
    if (residual != null) {
      Checks.f32(op, residual);
      Checks.shape(op, "a residual", residual, shape);
    }
    Tensor sx = op.dense(x);
    Tensor sw = op.save(weight);
    boolean keepsInput = op.isRecorded() && (activation != Activation.NONE || gate != null);
    Tensor factor = gate == null ? null : op.dense(gate);
    Buf init = delta == null ? Buf.NONE : dense(op, delta).buf();
    Tensor z = delta == null ? op.output(shape) : op.outputOver(delta);
    Tensor y = keepsInput ? op.output(shape) : z;
    op.unread(y);
    int rows = Math.toIntExact(x.shape().product(0, x.rank() - 1));
    Kernels.run(
        new Gemm(
            1,
            rows,
            out,
            in,
            Matrix.dense(sx.buf(), in),
            matrix(weight).transposed(),
            Matrix.dense(y.buf(), out),
            delta == null ? Matrix.NONE : Matrix.dense(init, out),
            1,
            bias == null ? Buf.NONE : dense(op, bias).buf(),
            activation,
            keepsInput ? Matrix.dense(z.buf(), out) : Matrix.NONE,
            factor == null ? Matrix.NONE : Matrix.dense(factor.buf(), out),
            residual == null ? Matrix.NONE : Matrix.dense(dense(op, residual).buf(), out)));
    return op.result(
        y,
        g -> {
          Tensor dy = g.dy(shape);
          if (residual != null) {
            g.add(residual, dy);
          }
          Tensor dz = dy;
          if (gate != null && factor != null) {
            if (g.needs(gate)) {
              g.give(gate, Binary.forward(BinaryKind.MUL, dy, activated(g, activation, z)));
            }
            dz = Binary.forward(BinaryKind.MUL, dy, factor);
          }
          if (activation != Activation.NONE) {
            Tensor da = dz;
            dz = g.empty(shape);
            Tensor saved = readsOutput(activation) ? activated(g, activation, z) : z;
            Kernels.run(
                new KernelCall.UnaryGrad(unary(activation), saved.buf(), da.buf(), dz.buf()));
          }
          if (bias != null && g.needs(bias)) {
            Tensor db = g.empty(Shape.of(out));
            Kernels.run(
                new KernelCall.Reduce(ReduceKind.SUM, dz.buf(), db.buf(), Buf.NONE, 1, rows, out));
            g.give(bias, db);
          }
          if (g.needs(weight)) {
            Matrix dw = matrix(g.gradientOf(weight));
            Kernels.run(
                accumulate(
                    out,
                    in,
                    rows,
                    Matrix.dense(dz.buf(), out).transposed(),
                    Matrix.dense(sx.buf(), in),
                    dw));
          }
          if (g.needs(x)) {
            Tensor dx = g.empty(x.shape());
            Kernels.run(
                Gemm.of(
                    1,
                    rows,
                    in,
                    out,
                    Matrix.dense(dz.buf(), out),
                    matrix(sw),
                    Matrix.dense(dx.buf(), in)));
            g.give(x, dx);
          }
          if (delta != null) {
            g.give(delta, dz);
          }
        });
  }

  private static Tensor activated(Grad g, Activation activation, Tensor z) {
    if (activation == Activation.NONE) {
      return z;
    }
    Tensor y = g.empty(z.shape());
    Kernels.run(new KernelCall.Unary(unary(activation), z.buf(), y.buf()));
    return y;
  }

  private static Gemm accumulate(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
    return new Gemm(
        1,
        m,
        n,
        k,
        a,
        b,
        c,
        c,
        1,
        Buf.NONE,
        Activation.NONE,
        Matrix.NONE,
        Matrix.NONE,
        Matrix.NONE);
  }

  private static Matrix matrix(Tensor weight) {
    return new Matrix(weight.buf(), weight.stride(0), weight.stride(1), 0);
  }

  private static Tensor dense(Op op, Tensor operand) {
    if (operand.isDense()) {
      return operand;
    }
    Tensor copy = op.temporary(DType.F32, operand.shape());
    Kernels.run(
        new KernelCall.Copy(
            operand.buf(), operand.strides(), copy.buf(), copy.strides(), copy.shape().sizes()));
    return copy;
  }

  private static boolean readsOutput(Activation activation) {
    return activation == Activation.RELU || activation == Activation.TANH;
  }

  private static UnaryKind unary(Activation activation) {
    return switch (activation) {
      case RELU -> UnaryKind.RELU;
      case GELU -> UnaryKind.GELU;
      case GELU_TANH -> UnaryKind.GELU_TANH;
      case SILU -> UnaryKind.SILU;
      case TANH -> UnaryKind.TANH;
      case NONE -> throw new IllegalStateException("the identity has no kernel");
    };
  }
}
