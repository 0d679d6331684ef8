package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** Root mean square normalisation over the last dimension; weight [size]. */
public final class RmsNorm extends Module {
  private final Parameter weight;
  private final float eps;

  /** Over vectors of {@code size}. */
  public RmsNorm(int size, double eps, Params p) {
    super(p);
    this.eps = (float) eps;
    weight = parameter("weight", Shape.of(size), Init.ONES);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(x, in -> F.rmsNorm(in, weight.tensor(), eps));
  }

  @Override
  public String describe() {
    return "RmsNorm(" + weight.tensor().dim(0) + ", eps " + eps + ")";
  }
}
