package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How scalar bodies reach elements of any alignment, and what a value of each dtype means. */
public final class Elements {
  private Elements() {}

  /** Float i of the row whose element 0 lies at byte {@code base}. */
  public static float get(MemorySegment segment, long base, long i) {
    return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, base + 4 * i);
  }

  /** Sets float i of the row whose element 0 lies at byte {@code base}. */
  public static void set(MemorySegment segment, long base, long i, float value) {
    segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, base + 4 * i, value);
  }

  /** Int i of the row whose element 0 lies at byte {@code base}. */
  public static int getInt(MemorySegment segment, long base, long i) {
    return segment.get(ValueLayout.JAVA_INT_UNALIGNED, base + 4 * i);
  }

  /** Long i of the row whose element 0 lies at byte {@code base}. */
  public static long getLong(MemorySegment segment, long base, long i) {
    return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, base + 8 * i);
  }

  /** Sets long i of the row whose element 0 lies at byte {@code base}. */
  public static void setLong(MemorySegment segment, long base, long i, long value) {
    segment.set(ValueLayout.JAVA_LONG_UNALIGNED, base + 8 * i, value);
  }

  /** Element of a float dtype at byte {@code at}, widened (exact). */
  public static float readFloat(MemorySegment segment, long at, DType dtype) {
    return switch (dtype) {
      case F32 -> segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case BF16 -> fromBf16(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case F16 -> Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case I64, I32, U8, BOOL -> (float) readLong(segment, at, dtype);
    };
  }

  /** Element of an integer dtype at byte {@code at}; floats truncate towards zero. */
  public static long readLong(MemorySegment segment, long at, DType dtype) {
    return switch (dtype) {
      case I64 -> segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      case I32 -> segment.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case U8 -> segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case BOOL -> segment.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
      case F32, BF16, F16 -> (long) readFloat(segment, at, dtype);
    };
  }

  /** Writes a float as {@code dtype}: nearest even, truncation, low bits, or not zero for BOOL. */
  public static void writeFloat(MemorySegment segment, long at, DType dtype, float value) {
    switch (dtype) {
      case F32 -> segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
      case BF16 -> segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, toBf16(value));
      case F16 -> segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
      case BOOL -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) (value == 0f ? 0 : 1));
      case I64, I32, U8 -> writeLong(segment, at, dtype, (long) value);
    }
  }

  /**
   * Writes an integer as {@code dtype}; a 16-bit float is rounded to float first, as PyTorch does.
   */
  public static void writeLong(MemorySegment segment, long at, DType dtype, long value) {
    switch (dtype) {
      case I64 -> segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
      case I32 -> segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
      case U8 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case BOOL -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) (value == 0 ? 0 : 1));
      case F32, BF16, F16 -> writeFloat(segment, at, dtype, (float) value);
    }
  }

  /** Widens bfloat16 bits. */
  public static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to bfloat16, nearest even; overflow goes to infinity, NaN to 0x7FC0. */
  public static short toBf16(float value) {
    if (Float.isNaN(value)) {
      return 0x7FC0;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** Refuses an operand that holds fewer elements than the kernel touches. */
  public static void need(String operand, Buf buf, long elements) {
    if (buf.length() < elements) {
      throw new IllegalArgumentException(
          operand + ": expected at least " + elements + " elements, got " + buf.length());
    }
  }
}
