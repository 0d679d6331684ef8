package dev.weft.tensor;

/**
 * Element types a {@link Tensor} can hold, named as PyTorch and safetensors name them.
 *
 * <p>Arithmetic is {@link #F32}; the other float types are stored weights that GEMM, gather and
 * cast widen. Types of the safetensors format that are not here are refused by name when loaded.
 */
public enum DType {
  F32(4, true),
  BF16(2, true),
  F16(2, true),
  I64(8, false),
  I32(4, false),
  U8(1, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating point numbers, and so can carry gradients once widened. */
  public boolean isFloating() {
    return floating;
  }
}
