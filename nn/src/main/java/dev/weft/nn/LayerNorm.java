package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.Optional;

/** Layer normalisation over the last dimension; weight [size], bias [size] where there is one. */
public final class LayerNorm extends Module {
  private final Parameter weight;
  private final Optional<Parameter> bias;
  private final Tensor noBias;
  private final float eps;

  /** Over vectors of {@code size}. */
  public LayerNorm(int size, double eps, Params p) {
    this(size, eps, true, p);
  }

  private LayerNorm(int size, double eps, boolean biased, Params p) {
    super(p);
    this.eps = (float) eps;
    weight = parameter("weight", Shape.of(size), Init.ONES);
    bias =
        biased
            ? Optional.of(parameter("bias", Shape.of(size), Init.ZEROS))
            : Optional.empty();
    noBias = Tensor.zeros(size).keep(); // a model outlives the step that makes it
  }

  /** Over vectors of {@code size}, without a bias. */
  public static LayerNorm withoutBias(int size, double eps, Params p) {
    return new LayerNorm(size, eps, false, p);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(
        x,
        in ->
            F.layerNorm(in, weight.tensor(), bias.map(Parameter::tensor).orElse(noBias), eps));
  }

  @Override
  public String describe() {
    return "LayerNorm("
        + weight.tensor().dim(0)
        + ", eps "
        + eps
        + (bias.isPresent() ? ")" : ", no bias)");
  }
}
