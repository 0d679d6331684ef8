package dev.weft.tensor.ops;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** Strides of a tensor seen under a larger shape. */
final class Strides {
  private Strides() {}

  /** Strides that repeat {@code tensor} over {@code shape}: 0 where a dimension is stretched. */
  static long[] broadcast(Tensor tensor, Shape shape) {
    long[] own = tensor.strides();
    long[] strides = new long[shape.rank()];
    int missing = shape.rank() - own.length;
    for (int i = 0; i < own.length; i++) {
      strides[missing + i] = tensor.dim(i) == 1 ? 0 : own[i];
    }
    return strides;
  }
}
