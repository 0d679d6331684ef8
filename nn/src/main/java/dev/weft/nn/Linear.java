package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Probe;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W^T + b}: x [..., in], weight [out, in], bias [out], y [..., out].
 *
 * <p>The adapter that the current {@link Run} holds for this module's path, if any, computes a
 * delta from x first; the product then accumulates onto it, and bias, activation and residual are
 * applied once.
 */
public final class Linear extends Module implements Projection {
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /** With a bias. */
  public Linear(int in, int out, Params p) {
    this(in, out, true, p);
  }

  private Linear(int in, int out, boolean biased, Params p) {
    super(p);
    Init init = p.weight(Init.linear(in));
    weight = parameter("weight", Shape.of(out, in), init);
    Init biasInit = init instanceof Init.Normal ? Init.ZEROS : init;
    bias = biased ? parameter("bias", Shape.of(out), biasInit) : null;
  }

  /** Without a bias. */
  public static Linear withoutBias(int in, int out, Params p) {
    return new Linear(in, out, false, p);
  }

  /** With a bias where {@code biased}, as a config says. */
  public static Linear of(boolean biased, int in, int out, Params p) {
    return new Linear(in, out, biased, p);
  }

  private Linear(Parameter weight, boolean biased, Params p) {
    super(p);
    this.weight = tied(weight);
    bias = biased ? parameter("bias", Shape.of(weight.tensor().dim(0)), Init.ZEROS) : null;
  }

  /** With the weight of another module, [out, in], and a bias of its own. */
  public static Linear tied(Parameter weight, Params p) {
    return new Linear(weight, true, p);
  }

  /** With the weight of another module, [out, in], and without a bias. */
  public static Linear tiedWithoutBias(Parameter weight, Params p) {
    return new Linear(weight, false, p);
  }

  /** The weight, [out, in]. */
  @Override
  public Parameter weight() {
    return weight;
  }

  /** The bias, [out], where there is one. */
  public Optional<Parameter> bias() {
    return Optional.ofNullable(bias);
  }

  /** Number of inputs. */
  @Override
  public int in() {
    return weight.tensor().dim(1);
  }

  /** Number of outputs. */
  @Override
  public int out() {
    return weight.tensor().dim(0);
  }

  /** {@code x W^T + b}, x [..., in] to [..., out]. */
  @Override
  public Tensor forward(Tensor x) {
    return forward(x, Activation.NONE);
  }

  /** {@code activation(x W^T + b)}. */
  public Tensor forward(Tensor x, Activation activation) {
    return compute(x, activation, null);
  }

  /** {@code x W^T + b + residual}. */
  @Override
  public Tensor forward(Tensor x, Tensor residual) {
    return compute(x, Activation.NONE, residual);
  }

  /** {@code (x W^T + b) * gate}, gate [..., out]: one pass over the result. */
  public Tensor gated(Tensor x, Tensor gate) {
    Probe probe = Run.current().probe();
    if (probe != null && probe.watches(path())) {
      return F.mul(gate, forward(x));
    }
    Tensor b = bias == null ? null : bias.tensor();
    return F.gatedLinear(x, weight.tensor(), b, delta(x), gate);
  }

  private Tensor compute(Tensor x, Activation activation, @Nullable Tensor residual) {
    Probe probe = Run.current().probe();
    if (probe == null || !probe.watches(path())) {
      return product(x, activation, residual);
    }
    // Hugging Face's module of this path ends before activation and residual: so does what is seen.
    Tensor y = watch(x, in -> product(in, Activation.NONE, null));
    Tensor activated = activate(y, activation);
    return residual == null ? activated : F.add(activated, residual);
  }

  /** {@code activation(y)}, for what a Linear's own forward does not activate in its pass. */
  public static Tensor activate(Tensor y, Activation activation) {
    return switch (activation) {
      case NONE -> y;
      case GELU -> F.gelu(y);
      case GELU_TANH -> F.geluTanh(y);
      case RELU -> F.relu(y);
      case SILU -> F.silu(y);
      case TANH -> F.tanh(y);
    };
  }

  private Tensor product(Tensor x, Activation activation, @Nullable Tensor residual) {
    Tensor b = bias == null ? null : bias.tensor();
    return F.linear(x, weight.tensor(), b, activation, delta(x), residual);
  }

  /** What the adapter of this path adds to {@code x W^T}. */
  private @Nullable Tensor delta(Tensor x) {
    UnaryOperator<Tensor> adapter = Run.current().adapter(path());
    return adapter == null ? null : adapter.apply(x);
  }

  @Override
  public String describe() {
    return "Linear(" + in() + ", " + out() + (bias == null ? ", no bias)" : ")");
  }
}
