package dev.weft.nn;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.function.Supplier;

/** Layer normalisation over the last dimension; weight and bias [size], or neither. */
public final class LayerNorm extends Module {
  private final Supplier<Tensor> weight;
  private final Supplier<Tensor> bias;
  private final int size;
  private final float eps;

  /** Over vectors of {@code size}. */
  public LayerNorm(int size, double eps, Params p) {
    this(size, eps, true, p);
  }

  private LayerNorm(int size, double eps, boolean affine, Params p) {
    super(p);
    this.size = size;
    this.eps = (float) eps;
    if (affine) {
      weight = parameter("weight", Shape.of(size), Init.ONES)::tensor;
      bias = parameter("bias", Shape.of(size), Init.ZEROS)::tensor;
    } else {
      weight = () -> Tensor.full(DType.F32, Shape.of(size), 1);
      bias = () -> Tensor.zeros(size);
    }
  }

  /** Without weight and bias. */
  public static LayerNorm withoutAffine(int size, double eps, Params p) {
    return new LayerNorm(size, eps, false, p);
  }

  /** [..., size] to [..., size]. */
  public Tensor forward(Tensor x) {
    return watch(x, in -> F.layerNorm(in, weight.get(), bias.get(), eps));
  }

  @Override
  public String describe() {
    return "LayerNorm(" + size + ", eps " + eps + ")";
  }
}
