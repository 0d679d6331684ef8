package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** Root mean square normalisation over the last dimension; weight [size]. */
public final class RmsNorm extends Module {
  private final Parameter weight;
  private final float eps;
  private final boolean offset;

  /** Over vectors of {@code size}. */
  public RmsNorm(int size, double eps, Params p) {
    this(size, eps, false, p);
  }

  private RmsNorm(int size, double eps, boolean offset, Params p) {
    super(p);
    this.eps = (float) eps;
    this.offset = offset;
    weight = parameter("weight", Shape.of(size), offset ? Init.ZEROS : Init.ONES);
  }

  /** Multiplies by {@code 1 + weight}, as Gemma does. */
  public static RmsNorm offsetFromOne(int size, double eps, Params p) {
    return new RmsNorm(size, eps, true, p);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(x, in -> F.rmsNorm(in, offset ? F.add(weight.tensor(), 1) : weight.tensor(), eps));
  }

  @Override
  public String describe() {
    return "RmsNorm(" + weight.tensor().dim(0) + ", eps " + eps + ")";
  }
}
