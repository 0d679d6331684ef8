package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies strided operands into panels: element (p, j) of a panel lies at {@code p * width + j}, j
 * below {@code width} counting rows of A or columns of B. BF16 and F16 are widened on the way.
 *
 * <p>Panels are whole vectors wide. What stands where j is past the operand's edge is not defined
 * (it reaches only outputs that are not stored).
 */
final class Packing {
  /** Shorts, as many as floats in a vector. */
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final VectorSpecies<Integer> INTS = Species.I32;

  /** What {@link #columns} moves: words as they are. */
  static final int F32 = 0;

  static final int BF16 = 1;
  static final int F16 = 2;

  private static final boolean LOW_FIRST = Species.ORDER == ByteOrder.LITTLE_ENDIAN;

  /** Lanes exchanged with those 1, 2, 4 and 8 away, and the upper ones of each such pair. */
  private static final VectorShuffle<Float> BY_1 = exchange(1);

  private static final VectorShuffle<Float> BY_2 = exchange(2);
  private static final VectorShuffle<Float> BY_4 = exchange(4);
  private static final VectorShuffle<Float> BY_8 = exchange(8);
  private static final VectorMask<Float> UPPER_1 = upper(1);
  private static final VectorMask<Float> UPPER_2 = upper(2);
  private static final VectorMask<Float> UPPER_4 = upper(4);
  private static final VectorMask<Float> UPPER_8 = upper(8);

  private Packing() {}

  private static VectorShuffle<Float> exchange(int by) {
    return VectorShuffle.fromOp(SPECIES, i -> (i ^ by) % LANES);
  }

  private static VectorMask<Float> upper(int bit) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  /**
   * Packs {@code k} x {@code count} elements, element (p, j) read at {@code origin + p * kStride +
   * j * stride} of {@code x}.
   */
  static void pack(
      Buf x,
      long origin,
      long kStride,
      long stride,
      int k,
      int count,
      int width,
      float[] to,
      int at) {
    int done = 0;
    if (stride == 1) {
      int whole = (count + LANES - 1) / LANES * LANES;
      done = k;
      if (origin + (k - 1) * kStride + whole > x.length()) {
        done = kStride == 0 ? 0 : Math.clamp((x.length() - whole - origin) / kStride, 0, k);
      }
      long base = x.offset() + origin * x.dtype().bytes();
      MemorySegment s = x.segment();
      switch (x.dtype()) {
        case F32 -> rows(F32, s, base, 4 * kStride, done, count, width, to, at);
        case BF16 -> rows(BF16, s, base, 2 * kStride, done, count, width, to, at);
        case F16 -> rows(F16, s, base, 2 * kStride, done, count, width, to, at);
        case I64, I32, U8, BOOL -> throw refused(x);
      }
    } else if (kStride == 1) {
      done = k / LANES * LANES;
      long base = x.offset() + origin * x.dtype().bytes();
      MemorySegment s = x.segment();
      switch (x.dtype()) {
        case F32 -> columns(F32, s, base, 4 * stride, done, count, width, to, at);
        case BF16 -> {
          int paired = k / (2 * LANES) * 2 * LANES;
          pairs(s, base, 2 * stride, paired, count, width, to, at);
          int rest = done - paired;
          int after = at + paired * width;
          columns(BF16, s, base + 2L * paired, 2 * stride, rest, count, width, to, after);
        }
        case F16 -> columns(F16, s, base, 2 * stride, done, count, width, to, at);
        case I64, I32, U8, BOOL -> throw refused(x);
      }
    }
    for (int p = done; p < k; p++) {
      for (int j = 0; j < count; j++) {
        to[at + p * width + j] = element(x, origin + p * kStride + j * stride);
      }
    }
  }

  /**
   * Copies {@code count} floats of each of some rows, {@code step} bytes apart from byte {@code
   * base} on, to rows {@code stride} floats apart; for rows too short for a library call.
   */
  static void copyRows(
      MemorySegment s, long base, long step, int rows, int count, float[] to, int at, int stride) {
    if (count == 0) {
      return; // there may be no such place
    }
    MemorySegment x = s.asSlice(base, (rows - 1) * step + 4L * count); // see Species.floats
    for (int r = 0; r < rows; r++) {
      long row = r * step;
      int target = at + r * stride;
      int p = 0;
      for (; p <= count - LANES; p += LANES) {
        FloatVector.fromMemorySegment(SPECIES, x, row + 4L * p, Species.ORDER)
            .intoArray(to, target + p);
      }
      for (; p < count; p++) {
        to[target + p] = x.get(ValueLayout.JAVA_FLOAT_UNALIGNED, row + 4L * p);
      }
    }
  }

  /** Element {@code index}, widened. */
  static float element(Buf x, long index) {
    MemorySegment s = x.segment();
    return switch (x.dtype()) {
      case F32 -> s.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4 * index);
      case BF16 ->
          Float.intBitsToFloat(
              s.get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index) << 16);
      case F16 ->
          Float.float16ToFloat(s.get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index));
      case I64, I32, U8, BOOL -> throw refused(x);
    };
  }

  private static IllegalArgumentException refused(Buf x) {
    return new IllegalArgumentException("expected F32, BF16 or F16, got " + x.dtype());
  }

  /** Copies rows that lie contiguous in j. */
  private static void rows(
      int kind,
      MemorySegment s,
      long base,
      long step,
      int k,
      int count,
      int width,
      float[] to,
      int at) {
    int bytes = kind == F32 ? 4 : 2;
    if (count <= LANES) {
      for (int p = 0; p < k; p++) {
        move(kind, s, base + p * step, to, at + p * width);
      }
    } else if (count <= 2 * LANES) {
      for (int p = 0; p < k; p++) {
        move(kind, s, base + p * step, to, at + p * width);
        move(kind, s, base + (long) LANES * bytes + p * step, to, at + LANES + p * width);
      }
    } else {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < count; j += LANES) {
          move(kind, s, base + p * step + (long) j * bytes, to, at + p * width + j);
        }
      }
    }
  }

  /**
   * Transposes columns that lie contiguous in p, squares of LANES at a time: first 4 x 4 inside
   * each quarter of the vectors, then the quarters, in the place of the result.
   */
  static void columns(
      int kind,
      MemorySegment s,
      long base,
      long step,
      int k,
      int count,
      int width,
      float[] to,
      int at) {
    int bytes = kind == F32 ? 4 : 2;
    for (int j = 0; j < count; j += LANES) {
      int end = Math.min(count, j + LANES);
      for (int i = j; i < end; i += 4) {
        long at0 = base + i * step;
        long at1 = base + Math.min(i + 1, end - 1) * step;
        long at2 = base + Math.min(i + 2, end - 1) * step;
        long at3 = base + Math.min(i + 3, end - 1) * step;
        int start = at + j + (i - j) * width;
        for (int p = 0; p < k; p += LANES) {
          long by = (long) p * bytes;
          int row = start + p * width;
          move(kind, s, at0 + by, to, row);
          move(kind, s, at1 + by, to, row + width);
          move(kind, s, at2 + by, to, row + 2 * width);
          move(kind, s, at3 + by, to, row + 3 * width);
          fours(to, row, width, to, row, width);
        }
      }
      for (int p = 0; p < k; p += LANES) {
        exchangeQuarters(to, at + j + p * width, width);
      }
    }
  }

  /**
   * {@link #columns} of BF16, two elements of k at a time: what is moved is words of both, twice as
   * fast as moving floats. Until they are split, words stand in the rows of their first element.
   */
  private static void pairs(
      MemorySegment s, long base, long step, int k, int count, int width, float[] to, int at) {
    for (int j = 0; j < count; j += LANES) {
      int end = Math.min(count, j + LANES);
      for (int i = j; i < end; i += 4) {
        long at0 = base + i * step;
        long at1 = base + Math.min(i + 1, end - 1) * step;
        long at2 = base + Math.min(i + 2, end - 1) * step;
        long at3 = base + Math.min(i + 3, end - 1) * step;
        int start = at + j + 2 * (i - j) * width;
        for (int p = 0; p < k; p += 2 * LANES) {
          long by = 2L * p;
          int row = start + p * width;
          move(F32, s, at0 + by, to, row);
          move(F32, s, at1 + by, to, row + 2 * width);
          move(F32, s, at2 + by, to, row + 4 * width);
          move(F32, s, at3 + by, to, row + 6 * width);
          fours(to, row, 2 * width, to, row, 2 * width);
        }
      }
      for (int p = 0; p < k; p += 2 * LANES) {
        exchangeQuarters(to, at + j + p * width, 2 * width);
      }
      for (int p = 0; p < k; p += 2) {
        int row = at + j + p * width;
        IntVector pair = FloatVector.fromArray(SPECIES, to, row).reinterpretAsInts();
        firstBf16(pair).intoArray(to, row);
        secondBf16(pair).intoArray(to, row + width);
      }
    }
  }

  /** Of words of two BF16 that lie one after the other in memory, the first ones. */
  private static FloatVector firstBf16(IntVector pairs) {
    return LOW_FIRST ? lowBf16(pairs) : highBf16(pairs);
  }

  /** The second ones. */
  private static FloatVector secondBf16(IntVector pairs) {
    return LOW_FIRST ? highBf16(pairs) : lowBf16(pairs);
  }

  private static FloatVector lowBf16(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector highBf16(IntVector pairs) {
    return pairs.and(0xFFFF0000).reinterpretAsFloats();
  }

  /** Of words of two F16, those in the low halves. */
  static FloatVector lowF16(IntVector pairs) {
    return widenF16(pairs.and(0xFFFF));
  }

  /** Those in the high halves. */
  static FloatVector highF16(IntVector pairs) {
    return widenF16(pairs.lanewise(VectorOperators.LSHR, 16));
  }

  /**
   * Transposes a tile of {@code rows} rows of COLUMNS, and the rows behind it up to a whole vector:
   * element (j, i) goes to {@code i * width + j} of {@code to}.
   */
  static void transpose(float[] tile, int at, int rows, float[] to, int width) {
    for (int j = 0; j < rows; j += LANES) {
      for (int i = 0; i < COLUMNS; i += LANES) {
        int target = i * width + j;
        for (int g = 0; g < LANES; g += 4) {
          fours(tile, at + (j + g) * COLUMNS + i, COLUMNS, to, target + g * width, width);
        }
        exchangeQuarters(to, target, width);
      }
    }
  }

  /**
   * Transposes 4 x 4 inside each quarter of four vectors, {@code step} apart in {@code from} and
   * then {@code width} in {@code to}, which may be the same place. It takes no vectors: where C2
   * finds it too big for its caller they would be objects.
   */
  private static void fours(float[] from, int row, int step, float[] to, int at, int width) {
    FloatVector r0 = FloatVector.fromArray(SPECIES, from, row);
    FloatVector r1 = FloatVector.fromArray(SPECIES, from, row + step);
    FloatVector r2 = FloatVector.fromArray(SPECIES, from, row + 2 * step);
    FloatVector r3 = FloatVector.fromArray(SPECIES, from, row + 3 * step);
    FloatVector x0 = r0.blend(r1.rearrange(BY_1), UPPER_1);
    FloatVector x1 = r0.rearrange(BY_1).blend(r1, UPPER_1);
    FloatVector x2 = r2.blend(r3.rearrange(BY_1), UPPER_1);
    FloatVector x3 = r2.rearrange(BY_1).blend(r3, UPPER_1);
    x0.blend(x2.rearrange(BY_2), UPPER_2).intoArray(to, at);
    x1.blend(x3.rearrange(BY_2), UPPER_2).intoArray(to, at + width);
    x0.rearrange(BY_2).blend(x2, UPPER_2).intoArray(to, at + 2 * width);
    x1.rearrange(BY_2).blend(x3, UPPER_2).intoArray(to, at + 3 * width);
  }

  /** Transposes the quarters of a square of LANES, of which {@link #fours} made the quarters. */
  private static void exchangeQuarters(float[] to, int at, int width) {
    if (LANES == 16) {
      for (int i = 0; i < 4; i++) {
        int at0 = at + i * width;
        FloatVector r0 = FloatVector.fromArray(SPECIES, to, at0);
        FloatVector r1 = FloatVector.fromArray(SPECIES, to, at0 + 4 * width);
        FloatVector r2 = FloatVector.fromArray(SPECIES, to, at0 + 8 * width);
        FloatVector r3 = FloatVector.fromArray(SPECIES, to, at0 + 12 * width);
        FloatVector x0 = r0.blend(r1.rearrange(BY_4), UPPER_4);
        FloatVector x1 = r0.rearrange(BY_4).blend(r1, UPPER_4);
        FloatVector x2 = r2.blend(r3.rearrange(BY_4), UPPER_4);
        FloatVector x3 = r2.rearrange(BY_4).blend(r3, UPPER_4);
        x0.blend(x2.rearrange(BY_8), UPPER_8).intoArray(to, at0);
        x1.blend(x3.rearrange(BY_8), UPPER_8).intoArray(to, at0 + 4 * width);
        x0.rearrange(BY_8).blend(x2, UPPER_8).intoArray(to, at0 + 8 * width);
        x1.rearrange(BY_8).blend(x3, UPPER_8).intoArray(to, at0 + 12 * width);
      }
    } else if (LANES == 8) {
      for (int i = 0; i < 4; i++) {
        int at0 = at + i * width;
        FloatVector r0 = FloatVector.fromArray(SPECIES, to, at0);
        FloatVector r1 = FloatVector.fromArray(SPECIES, to, at0 + 4 * width);
        r0.blend(r1.rearrange(BY_4), UPPER_4).intoArray(to, at0);
        r0.rearrange(BY_4).blend(r1, UPPER_4).intoArray(to, at0 + 4 * width);
      }
    }
  }

  /** Writes a vector of elements of a kind, from byte {@code at}, to {@code to[i ..]} as F32. */
  private static void move(int kind, MemorySegment s, long at, float[] to, int i) {
    switch (kind) {
      case F32 -> FloatVector.fromMemorySegment(SPECIES, s, at, Species.ORDER).intoArray(to, i);
      case BF16 -> bf16(s, at).intoArray(to, i);
      default -> f16(s, at).intoArray(to, i);
    }
  }

  /** BF16 from byte {@code at}, as F32. */
  static FloatVector bf16(MemorySegment s, long at) {
    return halves(s, at).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /** F16 from byte {@code at}, as F32. */
  static FloatVector f16(MemorySegment s, long at) {
    return widenF16(halves(s, at));
  }

  private static IntVector halves(MemorySegment s, long at) {
    return (IntVector)
        ShortVector.fromMemorySegment(HALVES, s, at, Species.ORDER)
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  /**
   * F16 to F32: the magnitude's bits, read as a float, are the value times 2^-112, subnormals too;
   * an exponent of all ones then gets the missing bits.
   */
  private static FloatVector widenF16(IntVector bits) {
    IntVector magnitude = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
    FloatVector value = magnitude.reinterpretAsFloats().mul(0x1p112f);
    IntVector exact = value.reinterpretAsInts();
    VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x7C00 << 13);
    exact = exact.blend(magnitude.or(0x7F800000), special);
    return exact.or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
  }
}
