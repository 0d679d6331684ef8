package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/**
 * Conversion to another element type. Gradients are F32 and do not pass: recording it is an error.
 */
public final class Cast {
  private Cast() {}

  /** {@code x} as {@code dtype}, dense. */
  public static Tensor forward(Tensor x, DType dtype) {
    if (x.dtype() == dtype) {
      return x;
    }
    Op op = Op.of("to", x);
    if (op.isRecorded()) {
      throw op.error(
          "gradients through a cast from " + x.dtype() + " to " + dtype + " are not supported");
    }
    Tensor y = op.output(dtype, x.shape());
    Kernels.run(new KernelCall.Copy(x.buf(), x.strides(), y.buf(), y.strides(), x.shape().sizes()));
    return y;
  }
}
