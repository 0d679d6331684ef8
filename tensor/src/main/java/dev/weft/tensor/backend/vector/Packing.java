package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * <p>A panel is written in whole vectors: {@link #slack} floats behind it are overwritten, and what
 * stands where j is past the operand's edge is not defined (it reaches only outputs that are not
 * stored).
 */
final class Packing {
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final VectorSpecies<Integer> INTS = Species.I32;

  private static final int F32 = 0;
  private static final int BF16 = 1;
  private static final int F16 = 2;

  /** Lanes exchanged with their neighbour, and with the neighbour's neighbour. */
  private static final VectorShuffle<Float> BY_ONE = VectorShuffle.fromOp(SPECIES, i -> i ^ 1);

  private static final VectorShuffle<Float> BY_TWO = VectorShuffle.fromOp(SPECIES, i -> i ^ 2);
  private static final VectorMask<Float> ODD = lanesWithBit(1);
  private static final VectorMask<Float> UPPER = lanesWithBit(2);

  /** Quarter q of a vector of 16, half q of a vector of 8, a whole vector of 4. */
  private static final VectorMask<Float> QUARTER_0 = group(0);

  private static final VectorMask<Float> QUARTER_1 = group(1);
  private static final VectorMask<Float> QUARTER_2 = group(2);
  private static final VectorMask<Float> QUARTER_3 = group(3);

  private Packing() {}

  private static VectorMask<Float> lanesWithBit(int bit) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  private static VectorMask<Float> group(int quarter) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = i / 4 == quarter;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  /** Floats behind a panel that packing may overwrite. */
  static int slack() {
    return 16;
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
    } else if (kStride == 1 && LANES >= 4) {
      done = k / LANES * LANES;
      long base = x.offset() + origin * x.dtype().bytes();
      MemorySegment s = x.segment();
      switch (x.dtype()) {
        case F32 -> columns(F32, s, base, 4 * stride, done, count, width, to, at);
        case BF16 -> columns(BF16, s, base, 2 * stride, done, count, width, to, at);
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

  /** Copies rows that lie contiguous in j; one vector may overwrite the start of the next row. */
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
        widen(kind, s, base + p * step).intoArray(to, at + p * width);
      }
    } else if (count <= 2 * LANES) {
      for (int p = 0; p < k; p++) {
        widen(kind, s, base + p * step).intoArray(to, at + p * width);
        widen(kind, s, base + (long) LANES * bytes + p * step)
            .intoArray(to, at + LANES + p * width);
      }
    } else {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < count; j += LANES) {
          widen(kind, s, base + p * step + (long) j * bytes).intoArray(to, at + p * width + j);
        }
      }
    }
  }

  /**
   * Transposes columns that lie contiguous in p, four at a time: 4 x 4 transpositions inside each
   * quarter of the vectors, then a store of each quarter. The last four go first, because where the
   * width is not a multiple of four they write over the start of the next row.
   */
  private static void columns(
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
    for (int j = (count - 1) / 4 * 4; j >= 0; j -= 4) {
      long at0 = base + j * step;
      long at1 = base + Math.min(j + 1, count - 1) * step;
      long at2 = base + Math.min(j + 2, count - 1) * step;
      long at3 = base + Math.min(j + 3, count - 1) * step;
      int start = at + j;
      for (int p = 0; p < k; p += LANES) {
        long move = (long) p * bytes;
        FloatVector r0 = widen(kind, s, at0 + move);
        FloatVector r1 = widen(kind, s, at1 + move);
        FloatVector r2 = widen(kind, s, at2 + move);
        FloatVector r3 = widen(kind, s, at3 + move);
        fours(r0, r1, r2, r3, to, start + p * width, width);
      }
    }
  }

  /**
   * Transposes a tile of {@code rows} rows of COLUMNS: element (j, i) of it goes to {@code i *
   * width + j} of {@code to}, {@link #slack} floats behind which may be overwritten; the width is
   * at least 4.
   */
  static void transpose(float[] tile, int at, int rows, float[] to, int width) {
    for (int j = (rows - 1) / 4 * 4; j >= 0; j -= 4) {
      for (int i = 0; i < Tile.COLUMNS; i += LANES) {
        int from = at + j * Tile.COLUMNS + i;
        FloatVector r0 = FloatVector.fromArray(SPECIES, tile, from);
        FloatVector r1 = FloatVector.fromArray(SPECIES, tile, from + Tile.COLUMNS);
        FloatVector r2 = FloatVector.fromArray(SPECIES, tile, from + 2 * Tile.COLUMNS);
        FloatVector r3 = FloatVector.fromArray(SPECIES, tile, from + 3 * Tile.COLUMNS);
        fours(r0, r1, r2, r3, to, i * width + j, width);
      }
    }
  }

  /**
   * Transposes 4 x 4 inside each quarter and stores row i of the result at {@code at + i * width}.
   */
  private static void fours(
      FloatVector r0,
      FloatVector r1,
      FloatVector r2,
      FloatVector r3,
      float[] to,
      int at,
      int width) {
    FloatVector x0 = r0.blend(r1.rearrange(BY_ONE), ODD);
    FloatVector x1 = r0.rearrange(BY_ONE).blend(r1, ODD);
    FloatVector x2 = r2.blend(r3.rearrange(BY_ONE), ODD);
    FloatVector x3 = r2.rearrange(BY_ONE).blend(r3, ODD);
    FloatVector t0 = x0.blend(x2.rearrange(BY_TWO), UPPER);
    FloatVector t1 = x1.blend(x3.rearrange(BY_TWO), UPPER);
    FloatVector t2 = x0.rearrange(BY_TWO).blend(x2, UPPER);
    FloatVector t3 = x1.rearrange(BY_TWO).blend(x3, UPPER);
    scatter(t0, to, at, width);
    scatter(t1, to, at + width, width);
    scatter(t2, to, at + 2 * width, width);
    scatter(t3, to, at + 3 * width, width);
  }

  /** Stores quarter c at row 4 c of the panel. */
  private static void scatter(FloatVector t, float[] to, int at, int width) {
    t.intoArray(to, at, QUARTER_0);
    if (LANES > 4) {
      t.intoArray(to, at + 4 * width - 4, QUARTER_1);
    }
    if (LANES > 8) {
      t.intoArray(to, at + 8 * width - 8, QUARTER_2);
      t.intoArray(to, at + 12 * width - 12, QUARTER_3);
    }
  }

  private static FloatVector widen(int kind, MemorySegment s, long at) {
    if (kind == F32) {
      return FloatVector.fromMemorySegment(SPECIES, s, at, Species.ORDER);
    }
    IntVector bits =
        (IntVector)
            ShortVector.fromMemorySegment(HALVES, s, at, Species.ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    if (kind == BF16) {
      return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }
    return widenF16(bits);
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
