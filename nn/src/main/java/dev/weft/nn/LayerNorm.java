package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** Layer normalisation over the last dimension; weight and bias [size]. */
public final class LayerNorm extends Module {
  private final Parameter weight;
  private final Parameter bias;
  private final float eps;

  /** Over vectors of {@code size}. */
  public LayerNorm(int size, double eps, Params p) {
    super(p);
    this.eps = (float) eps;
    weight = parameter("weight", Shape.of(size), Init.ONES);
    bias = parameter("bias", Shape.of(size), Init.ZEROS);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(x, in -> F.layerNorm(in, weight.tensor(), bias.tensor(), eps));
  }

  @Override
  public String describe() {
    return "LayerNorm(" + weight.tensor().dim(0) + ", eps " + eps + ")";
  }
}
