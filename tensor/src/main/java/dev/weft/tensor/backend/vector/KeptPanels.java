package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;
import static dev.weft.tensor.backend.vector.Tile.panels;

import dev.weft.tensor.DType;
import dev.weft.tensor.Kept;
import dev.weft.tensor.backend.PackedLimit;
import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * A right operand of products whose contents never change, packed once in panels of COLUMNS
 * columns. Packing a weight costs as much as multiplying it by some ten rows; with the panels kept,
 * a product of few rows reads its weights as a stream; see {@link KeptGemm}.
 *
 * <p>A panel has a row of COLUMNS words for every k where the operand is F32, and for every two
 * where it is BF16 or F16: a word is then two elements of one column, the first in the low half.
 * Where k is odd the last word's second element is 0, and is never read.
 *
 * <p>Four streams are read at the same time: a processor reads ahead of a stream up to the end of a
 * page and waits for the start of the next; four streams wait for four pages at once. (16 rows of A
 * by 43 MB of B, in one process beside panels of one stream: 5 to 35 % less time, from one to the
 * next.) A panel of F32 lies in four parts: vector v of row r is vector r / 2 of part {@code 2 (r %
 * 2) + v}. One of BF16 or F16 lies in two, vector v of row r is vector r of part v: one row of A is
 * multiplied with two panels of BF16 at once, whose sums do not wait for each other. (8192 x 2048
 * in BF16 by one row on two threads: 44 GB/s with one panel at a time, 49 with two, medians of four
 * processes each, in turns.)
 */
final class KeptPanels implements Kept.Form {
  /** Bytes of a vector. */
  private static final int VECTOR = 4 * LANES;

  /**
   * Bytes of memory to ask for at a time, at least. Memory is zeroed when it is asked for, which
   * takes longer than packing, so threads share that too; and the system counts every area.
   */
  private static final long AREA = 1 << 22;

  /** Bytes of a part of a widened piece. */
  private static final long PIECE_PART = Tile.PIECE / 2 * (long) VECTOR;

  /** Parts of a widened piece. */
  private static final int PIECE_PARTS = 4;

  private static final ByteOrder ORDER = Species.ORDER;

  private final Matrix operand;
  private final int k;
  private final int n;
  private final boolean halves;
  private final long part; // bytes
  private final long panelBytes;
  private final Arena arena = Arena.ofShared();
  private final int areaPanels; // panels in an area; even, for two are multiplied at a time
  private final MemorySegment[] areas;

  private KeptPanels(Matrix operand, int k, int n) {
    this.operand = operand;
    this.k = k;
    this.n = n;
    halves = operand.buf().dtype() != DType.F32;
    panelBytes = panelBytes(operand, k);
    part = panelBytes / (halves ? 2 : 4);
    areaPanels = Math.toIntExact(2 * Math.ceilDiv(AREA, 2 * panelBytes));
    areas = new MemorySegment[panels(panels(n, COLUMNS), areaPanels)];
  }

  /**
   * The panels of B [k, n], or null: they are made when they are asked for the second time, where
   * {@link PackedLimit} leaves room.
   */
  static @Nullable KeptPanels of(Matrix b, int n, int k) {
    Kept kept = b.buf().kept();
    if (kept == null || k == 0) {
      return null;
    }
    if (kept.form() instanceof KeptPanels panels) {
      return panels.hold(b, n, k) ? panels : null;
    }
    return kept.use() > 1 ? make(kept, b, n, k) : null;
  }

  private static @Nullable KeptPanels make(Kept kept, Matrix b, int n, int k) {
    long bytes = panelBytes(b, k) * panels(n, COLUMNS);
    if (!PackedLimit.reserve(bytes)) {
      return null;
    }
    KeptPanels made = new KeptPanels(b, k, n);
    try {
      Workers.run(made.areas.length, made::allocate);
      Workers.run(panels(n, COLUMNS), made::fill);
    } catch (OutOfMemoryError e) { // the system has less than the limit allows
      made.close();
      PackedLimit.sayFull(e.toString());
      return null;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
    if (!kept.offer(made)) {
      made.close(); // another thread was first, or the operand's memory is gone
      return null;
    }
    return made;
  }

  private static long panelBytes(Matrix b, int k) {
    int pairs = (k + 1) / 2; // of steps: two rows of F32, and one of the others
    return pairs * (b.buf().dtype() == DType.F32 ? 4L : 2L) * VECTOR;
  }

  @Override
  public void close() {
    arena.close();
    PackedLimit.release(panelBytes * panels(n, COLUMNS));
  }

  /** Whether these are the panels of {@code b}, and not of another view of the same memory. */
  private boolean hold(Matrix b, int wantedN, int wantedK) {
    Buf mine = operand.buf();
    Buf other = b.buf();
    return n == wantedN
        && k == wantedK
        && operand.rowStride() == b.rowStride()
        && operand.colStride() == b.colStride()
        && mine.offset() == other.offset()
        && mine.dtype() == other.dtype();
  }

  private void allocate(int area) {
    int count = Math.min(areaPanels, panels(n, COLUMNS) - area * areaPanels);
    areas[area] = arena.allocate(panelBytes * count, 64);
  }

  /** Where panel {@code panel} lies, and the next where this one is even. */
  private MemorySegment words(int panel) {
    return areas[panel / areaPanels];
  }

  private void fill(int panel) {
    int count = Math.min(COLUMNS, n - panel * COLUMNS);
    long origin = (long) panel * COLUMNS * operand.colStride();
    Scratch scratch = Scratch.borrow();
    try {
      if (halves) {
        fillPairs(panel, origin, count, scratch);
      } else {
        float[] packed = scratch.floats(0, (long) k * COLUMNS);
        Packing.pack(
            operand.buf(),
            origin,
            operand.rowStride(),
            operand.colStride(),
            k,
            count,
            COLUMNS,
            packed,
            0);
        store(packed, panel, k);
      }
    } finally {
      scratch.giveBack();
    }
  }

  private void fillPairs(int panel, long origin, int count, Scratch scratch) {
    Buf x = operand.buf();
    int pairs = k / 2;
    float[] packed = scratch.floats(0, (long) (pairs + 1) * COLUMNS);
    int done = 0;
    if (operand.rowStride() == 1 && ORDER == ByteOrder.LITTLE_ENDIAN) {
      done = pairs / LANES * LANES;
      Packing.columns(
          Packing.F32,
          x.segment(),
          x.offset() + 2 * origin,
          2 * operand.colStride(),
          done,
          count,
          COLUMNS,
          packed,
          0);
    }
    for (int p = done; p < (k + 1) / 2; p++) {
      for (int j = 0; j < count; j++) {
        long first = origin + 2L * p * operand.rowStride() + j * operand.colStride();
        int low = half(x, first);
        int high = 2 * p + 1 < k ? half(x, first + operand.rowStride()) : 0;
        packed[p * COLUMNS + j] = Float.intBitsToFloat(low | high << 16);
      }
    }
    store(packed, panel, (k + 1) / 2);
  }

  private static int half(Buf x, long index) {
    return 0xFFFF & x.segment().get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index);
  }

  private void store(float[] packed, int panel, int count) {
    MemorySegment words = words(panel);
    for (int r = 0; r < count; r++) {
      long at = vector(panel, r);
      FloatVector.fromArray(SPECIES, packed, r * COLUMNS).intoMemorySegment(words, at, ORDER);
      FloatVector.fromArray(SPECIES, packed, r * COLUMNS + LANES)
          .intoMemorySegment(words, at + part, ORDER);
    }
  }

  /** The byte in its area of the first vector of row {@code r}; the second is a part further. */
  private long vector(int panel, int r) {
    long row = halves ? (long) r * VECTOR : r % 2 * 2L * part + (long) (r / 2) * VECTOR;
    return panel % areaPanels * panelBytes + row;
  }

  /**
   * Where steps {@code k0 .. k0 + depth} of a panel lie in F32, {@link StreamKernel}'s B: in {@code
   * piece} at {@link #start}, its parts {@link #part} apart. They are widened there where the
   * operand is not F32, but for the last step of an odd depth.
   *
   * @param k0 a multiple of PIECE
   * @param depth at most PIECE
   */
  MemorySegment piece(int panel, int k0, int depth, Scratch scratch) {
    MemorySegment words = words(panel);
    if (!halves) {
      return words;
    }
    MemorySegment piece = scratch.bytes(PIECE_PARTS * PIECE_PART);
    long base = vector(panel, k0 / 2);
    if (operand.buf().dtype() == DType.BF16) {
      widenBf16(words, base, part, depth / 2, piece);
    } else {
      widenF16(words, base, part, depth / 2, piece);
    }
    return piece;
  }

  /** The byte where {@link #piece} has step {@code k0}. */
  long start(int panel, int k0) {
    return halves ? 0 : vector(panel, k0);
  }

  /** Bytes from a part of a {@link #piece} to the next. */
  long part() {
    return halves ? PIECE_PART : part;
  }

  /**
   * Copies steps {@code k0 .. k0 + depth} of a panel of F32, as {@link Packing#pack} packs them.
   */
  void copy(int panel, int k0, int depth, float[] to, int at) {
    int pairs = depth / 2;
    copyPairs(words(panel), vector(panel, k0), vector(panel, k0 + 1), part, pairs, to, at);
    for (int p = 2 * pairs; p < depth; p++) {
      for (int j = 0; j < COLUMNS; j++) {
        to[at + p * COLUMNS + j] = element(panel, k0 + p, j);
      }
    }
  }

  /**
   * Copies rows by twos: every other one has its vectors from byte {@code first} and a part
   * further, those between from {@code second} and a part further.
   */
  private static void copyPairs(
      MemorySegment words, long first, long second, long part, int pairs, float[] to, int at) {
    int floats = pairs * LANES;
    MemorySegment x0 = Species.floats(words, first, floats);
    MemorySegment x1 = Species.floats(words, first + part, floats);
    MemorySegment y0 = Species.floats(words, second, floats);
    MemorySegment y1 = Species.floats(words, second + part, floats);
    for (int p = 0; p < pairs; p++) {
      int i = p * LANES;
      int row = at + 2 * p * COLUMNS;
      FloatVector.fromMemorySegment(Species.F32, x0, 4L * i, ORDER).intoArray(to, row);
      FloatVector.fromMemorySegment(Species.F32, x1, 4L * i, ORDER).intoArray(to, row + LANES);
      FloatVector.fromMemorySegment(Species.F32, y0, 4L * i, ORDER).intoArray(to, row + COLUMNS);
      FloatVector.fromMemorySegment(Species.F32, y1, 4L * i, ORDER)
          .intoArray(to, row + COLUMNS + LANES);
    }
  }

  /** Element (step, j) of a panel. */
  float element(int panel, int step, int j) {
    int r = halves ? step / 2 : step;
    long at = vector(panel, r) + j / LANES * part + 4L * (j % LANES);
    int word = words(panel).get(ValueLayout.JAVA_INT, at);
    if (!halves) {
      return Float.intBitsToFloat(word);
    }
    int bits = step % 2 == 0 ? word : word >>> 16;
    return operand.buf().dtype() == DType.BF16
        ? Float.intBitsToFloat(bits << 16)
        : Float.float16ToFloat((short) bits);
  }

  /**
   * Adds two panels, an even one and the next or one twice, times the row {@code a} [k] to the rows
   * {@code tile} and {@code other} [COLUMNS]: what {@link #piece} and {@link StreamKernel} do,
   * without a stop on the way.
   */
  void addRow(int panel, int second, float[] a, float[] tile, float[] other) {
    MemorySegment words = words(panel);
    long base = vector(panel, 0);
    long next = vector(second, 0);
    switch (operand.buf().dtype()) {
      case F32 -> {
        addF32(words, base, part, k / 2, a, tile);
        addF32(words, next, part, k / 2, a, other);
      }
      case BF16 -> addBf16(words, base, next, part, k / 2, a, tile, other);
      default -> {
        addF16(words, base, part, k / 2, a, tile);
        addF16(words, next, part, k / 2, a, other);
      }
    }
    if (k % 2 == 1) {
      for (int j = 0; j < COLUMNS; j++) {
        tile[j] = Math.fma(a[k - 1], element(panel, k - 1, j), tile[j]);
        other[j] = Math.fma(a[k - 1], element(second, k - 1, j), other[j]);
      }
    }
  }

  private static void widenBf16(
      MemorySegment words, long base, long part, int count, MemorySegment to) {
    int floats = count * LANES;
    MemorySegment x0 = Species.floats(words, base, floats);
    MemorySegment x1 = Species.floats(words, base + part, floats);
    MemorySegment y0 = Species.floats(to, 0, floats);
    MemorySegment y1 = Species.floats(to, PIECE_PART, floats);
    MemorySegment y2 = Species.floats(to, 2 * PIECE_PART, floats);
    MemorySegment y3 = Species.floats(to, 3 * PIECE_PART, floats);
    for (int i = 0; i < floats; i += LANES) {
      IntVector v0 = IntVector.fromMemorySegment(Species.I32, x0, 4L * i, ORDER);
      IntVector v1 = IntVector.fromMemorySegment(Species.I32, x1, 4L * i, ORDER);
      v0.lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(y0, 4L * i, ORDER);
      v1.lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(y1, 4L * i, ORDER);
      v0.and(0xFFFF0000).reinterpretAsFloats().intoMemorySegment(y2, 4L * i, ORDER);
      v1.and(0xFFFF0000).reinterpretAsFloats().intoMemorySegment(y3, 4L * i, ORDER);
    }
  }

  private static void widenF16(
      MemorySegment words, long base, long part, int count, MemorySegment to) {
    for (int r = 0; r < count; r++) {
      long at = (long) r * VECTOR;
      IntVector v0 = IntVector.fromMemorySegment(Species.I32, words, base + at, ORDER);
      IntVector v1 = IntVector.fromMemorySegment(Species.I32, words, base + part + at, ORDER);
      Packing.lowF16(v0).intoMemorySegment(to, at, ORDER);
      Packing.lowF16(v1).intoMemorySegment(to, at + PIECE_PART, ORDER);
      Packing.highF16(v0).intoMemorySegment(to, at + 2 * PIECE_PART, ORDER);
      Packing.highF16(v1).intoMemorySegment(to, at + 3 * PIECE_PART, ORDER);
    }
  }

  private static void addBf16(
      MemorySegment words,
      long base,
      long next,
      long part,
      int rows,
      float[] a,
      float[] tile,
      float[] other) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, other, 0);
    FloatVector d1 = FloatVector.fromArray(SPECIES, other, LANES);
    for (int r = 0; r < rows; r++) {
      long at = (long) VECTOR * r;
      IntVector v0 = IntVector.fromMemorySegment(Species.I32, words, base + at, ORDER);
      IntVector v1 = IntVector.fromMemorySegment(Species.I32, words, base + part + at, ORDER);
      IntVector w0 = IntVector.fromMemorySegment(Species.I32, words, next + at, ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Species.I32, words, next + part + at, ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[2 * r]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[2 * r + 1]);
      c0 =
          a1.fma(
              v0.and(0xFFFF0000).reinterpretAsFloats(),
              a0.fma(v0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c0));
      c1 =
          a1.fma(
              v1.and(0xFFFF0000).reinterpretAsFloats(),
              a0.fma(v1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c1));
      d0 =
          a1.fma(
              w0.and(0xFFFF0000).reinterpretAsFloats(),
              a0.fma(w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), d0));
      d1 =
          a1.fma(
              w1.and(0xFFFF0000).reinterpretAsFloats(),
              a0.fma(w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), d1));
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
    d0.intoArray(other, 0);
    d1.intoArray(other, LANES);
  }

  /** One panel: a loop over two ran at 1.5 to 6.4 GB/s, from process to process, this at 11. */
  private static void addF16(
      MemorySegment words, long base, long part, int rows, float[] a, float[] tile) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    for (int r = 0; r < rows; r++) {
      long at = base + (long) VECTOR * r;
      IntVector v0 = IntVector.fromMemorySegment(Species.I32, words, at, ORDER);
      IntVector v1 = IntVector.fromMemorySegment(Species.I32, words, at + part, ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[2 * r]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[2 * r + 1]);
      c0 = a1.fma(Packing.highF16(v0), a0.fma(Packing.lowF16(v0), c0));
      c1 = a1.fma(Packing.highF16(v1), a0.fma(Packing.lowF16(v1), c1));
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
  }

  private static void addF32(
      MemorySegment words, long base, long part, int pairs, float[] a, float[] tile) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    for (int p = 0; p < pairs; p++) {
      long at = base + (long) VECTOR * p;
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[2 * p]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[2 * p + 1]);
      c0 = a0.fma(FloatVector.fromMemorySegment(SPECIES, words, at, ORDER), c0);
      c1 = a0.fma(FloatVector.fromMemorySegment(SPECIES, words, at + part, ORDER), c1);
      c0 = a1.fma(FloatVector.fromMemorySegment(SPECIES, words, at + 2 * part, ORDER), c0);
      c1 = a1.fma(FloatVector.fromMemorySegment(SPECIES, words, at + 3 * part, ORDER), c1);
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
  }
}
