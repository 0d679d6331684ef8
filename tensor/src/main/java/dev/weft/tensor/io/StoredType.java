package dev.weft.tensor.io;

import dev.weft.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every element type the safetensors format names, in the order of its reference implementation: by
 * rising alignment, which is also what the serialiser sorts by (descending).
 *
 * <p>Types that {@link DType} lacks are read and checked like all others; asking for the data of
 * such a tensor is the error.
 */
public enum StoredType {
  BOOL(8, DType.BOOL),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8, DType.U8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16, DType.F16),
  BF16(16, DType.BF16),
  I32(32, DType.I32),
  U32(32),
  F32(32, DType.F32),
  C64(64),
  F64(64),
  I64(64, DType.I64),
  U64(64);

  private static final Map<String, StoredType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(StoredType::name, Function.identity()));

  private final int bits;
  private final Optional<DType> dtype;

  StoredType(int bits) {
    this.bits = bits;
    this.dtype = Optional.empty();
  }

  StoredType(int bits, DType dtype) {
    this.bits = bits;
    this.dtype = Optional.of(dtype);
  }

  /** Bits of one element: 4 and 6 for the packed micro-scaling formats. */
  public int bits() {
    return bits;
  }

  /** What Weft computes with, empty where it cannot. */
  public Optional<DType> dtype() {
    return dtype;
  }

  static Optional<StoredType> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static StoredType of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case BF16 -> BF16;
      case F16 -> F16;
      case I64 -> I64;
      case I32 -> I32;
      case U8 -> U8;
      case BOOL -> BOOL;
    };
  }
}
