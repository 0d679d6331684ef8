package dev.weft.tensor.laws;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * One operand of a drawn call.
 *
 * @param name what a failure calls it
 * @param role whether the kernel reads it, writes it, or both
 * @param extent its dims
 * @param buf where it lies
 */
record Operand(String name, Role role, Extent extent, Buf buf) {
  enum Role {
    INPUT,
    OUTPUT,
    UPDATED
  }

  boolean isWritten() {
    return role != Role.INPUT;
  }

  boolean isFloat() {
    return buf.dtype() == DType.F32;
  }

  long count() {
    return extent.count();
  }

  private long byteOf(long index) {
    return buf.offset() + extent.place(index) * buf.dtype().bytes();
  }

  /** A number that two elements share when they are the same to the bit; NaN is one NaN. */
  long bits(long index) {
    return switch (buf.dtype()) {
      case F32, BF16, F16 -> Float.floatToIntBits(get(index));
      case I64, I32, U8, BOOL -> Elements.readLong(buf.segment(), byteOf(index), buf.dtype());
    };
  }

  float get(long index) {
    return Elements.readFloat(buf.segment(), byteOf(index), buf.dtype());
  }

  void set(long index, float value) {
    Elements.writeFloat(buf.segment(), byteOf(index), buf.dtype(), value);
  }

  void setLong(long index, long value) {
    Elements.writeLong(buf.segment(), byteOf(index), buf.dtype(), value);
  }

  /** Copies an element of another operand of the same dtype, bits and all. */
  void copy(long index, Operand from, long fromIndex) {
    int bytes = buf.dtype().bytes();
    MemorySegment.copy(
        from.buf.segment(), from.byteOf(fromIndex), buf.segment(), byteOf(index), bytes);
  }

  /** Marks the bytes of elements. */
  void mark(BitSet bytes) {
    int width = buf.dtype().bytes();
    for (long i = 0; i < count(); i++) {
      bytes.set((int) byteOf(i), (int) byteOf(i) + width);
    }
  }

  /** As {@code y[3, 17]}. */
  String element(long index) {
    return name + extent.at(index);
  }

  /** A value with its bits, as a failure shows it. */
  String show(long index) {
    return buf.dtype().isFloating()
        ? "%s (0x%08x)".formatted(get(index), Float.floatToIntBits(get(index)))
        : Long.toString(bits(index));
  }
}
