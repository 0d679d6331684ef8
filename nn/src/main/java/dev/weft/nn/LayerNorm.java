package dev.weft.nn;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.Optional;

/** Layer normalisation over the last dimension; weight [size] and bias [size] where there are. */
public final class LayerNorm extends Module {
  private final Optional<Parameter> weight;
  private final Optional<Parameter> bias;
  private final Tensor ones;
  private final Tensor zeros;
  private final float eps;

  private LayerNorm(int size, double eps, boolean weighted, boolean biased, Params p) {
    super(p);
    this.eps = (float) eps;
    weight =
        weighted ? Optional.of(parameter("weight", Shape.of(size), Init.ONES)) : Optional.empty();
    bias = biased ? Optional.of(parameter("bias", Shape.of(size), Init.ZEROS)) : Optional.empty();
    // keep(): a model outlives the step that makes it.
    ones = Tensor.full(DType.F32, Shape.of(size), 1).keep();
    zeros = Tensor.zeros(size).keep();
  }

  /** Over vectors of {@code size}. */
  public LayerNorm(int size, double eps, Params p) {
    this(size, eps, true, true, p);
  }

  /** Over vectors of {@code size}, without a bias. */
  public static LayerNorm withoutBias(int size, double eps, Params p) {
    return new LayerNorm(size, eps, true, false, p);
  }

  /** Over vectors of {@code size}, without weight and bias. */
  public static LayerNorm withoutAffine(int size, double eps, Params p) {
    return new LayerNorm(size, eps, false, false, p);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(
        x,
        in ->
            F.layerNorm(
                in,
                weight.map(Parameter::tensor).orElse(ones),
                bias.map(Parameter::tensor).orElse(zeros),
                eps));
  }

  @Override
  public String describe() {
    return "LayerNorm("
        + ones.dim(0)
        + ", eps "
        + eps
        + (weight.isPresent() ? "" : ", no weight")
        + (bias.isPresent() ? ")" : ", no bias)");
  }
}
