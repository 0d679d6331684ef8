package dev.weft.nn.optim;

import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.kernel.Kernels;
import java.util.List;

/**
 * Clipping by the norm of all gradients together, as torch.nn.utils.clip_grad_norm_, in two halves:
 *
 * <pre>{@code
 * double norm = GradientClipping.norm(gradients);
 * optimizer.step(gradients, schedule.factor(step), GradientClipping.scale(norm, 1.0));
 * }</pre>
 *
 * <p>The optimiser multiplies while it reads, so gradients are never rewritten. Unlike PyTorch the
 * squares of a parameter are summed in f32 and joined in double.
 */
public final class GradientClipping {
  private GradientClipping() {}

  /**
   * {@code sqrt(sum g^2)} over the gradients that a backward has reached; 0 when there is none.
   *
   * @throws ArithmeticException naming the first parameter whose gradient is not finite, or whose
   *     sum of squares is beyond f32
   */
  public static double norm(Gradients gradients) {
    List<Parameter> parameters = gradients.parameters().stream().filter(gradients::has).toList();
    Tensor squares = Tensor.zeros(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      Tensor gradient = gradients.of(parameters.get(i));
      Kernels.run(
          new KernelCall.Reduce(
              ReduceKind.SUM_OF_SQUARES,
              gradient.buf(),
              squares.buf().plus(i),
              Buf.NONE,
              1,
              gradient.size(),
              1));
    }
    float[] sums = squares.toFloats();
    double total = 0;
    for (int i = 0; i < sums.length; i++) {
      if (!Float.isFinite(sums[i])) {
        throw new ArithmeticException(
            "the gradient of \""
                + parameters.get(i).name()
                + "\" is not finite: its squares sum to "
                + sums[i]);
      }
      total += sums[i];
    }
    return Math.sqrt(total);
  }

  /** {@code min(1, maxNorm / (norm + 1e-6))}: what to multiply gradients of this norm by. */
  public static float scale(double norm, double maxNorm) {
    if (!(maxNorm > 0) || !(norm >= 0)) {
      throw new IllegalArgumentException(
          "expected a norm of at least 0 and a limit above 0, got " + norm + " and " + maxNorm);
    }
    return (float) Math.min(1, maxNorm / (norm + 1e-6));
  }
}
