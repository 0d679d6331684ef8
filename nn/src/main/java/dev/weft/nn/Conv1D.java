package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Probe;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W + b} as transformers' Conv1D, GPT-2's form of a Linear: x [..., in], weight [in,
 * out], bias [out], y [..., out]. The weight keeps its layout, which adapters of GPT-2 are named
 * and shaped by.
 *
 * <p>Adapters act on it as on a {@link Linear}.
 */
public final class Conv1D extends Module implements Projection {
  private final Parameter weight;
  private final Parameter bias;

  /** From vectors of {@code in} to vectors of {@code out}. */
  public Conv1D(int in, int out, Params p) {
    super(p);
    weight = parameter("weight", Shape.of(in, out), p.weight(new Init.Normal(0.02f)));
    bias = parameter("bias", Shape.of(out), Init.ZEROS);
  }

  /** The weight, [in, out]. */
  @Override
  public Parameter weight() {
    return weight;
  }

  /** The bias, [out]. */
  public Parameter bias() {
    return bias;
  }

  /** Number of inputs. */
  @Override
  public int in() {
    return weight.tensor().dim(0);
  }

  /** Number of outputs. */
  @Override
  public int out() {
    return weight.tensor().dim(1);
  }

  @Override
  public Tensor forward(Tensor x) {
    return watch(x, in -> product(in, Activation.NONE, null));
  }

  /** {@code activation(x W + b)}. */
  public Tensor forward(Tensor x, Activation activation) {
    Probe probe = Run.current().probe();
    return probe == null || !probe.watches(path())
        ? product(x, activation, null)
        : Linear.activate(forward(x), activation);
  }

  @Override
  public Tensor forward(Tensor x, Tensor residual) {
    Probe probe = Run.current().probe();
    return probe == null || !probe.watches(path())
        ? product(x, Activation.NONE, residual)
        : F.add(forward(x), residual);
  }

  private Tensor product(Tensor x, Activation activation, @Nullable Tensor residual) {
    UnaryOperator<Tensor> adapter = Run.current().adapter(path());
    Tensor delta = adapter == null ? null : adapter.apply(x);
    Tensor turned = weight.tensor().transpose(0, 1); // [out, in], the same memory
    return F.linear(x, turned, bias.tensor(), activation, delta, residual);
  }

  @Override
  public String describe() {
    return "Conv1D(" + in() + ", " + out() + ")";
  }
}
