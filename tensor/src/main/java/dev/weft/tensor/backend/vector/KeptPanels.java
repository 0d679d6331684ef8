package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;
import static dev.weft.tensor.backend.vector.Tile.panels;

import dev.weft.tensor.DType;
import dev.weft.tensor.Kept;
import dev.weft.tensor.backend.PackedLimit;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * A right operand of products whose contents never change, packed once in panels of COLUMNS
 * columns. Packing a weight costs as much as multiplying it by some ten rows; with the panels kept,
 * a product of few rows reads its weights as a stream; see {@link KeptGemm}.
 *
 * <p>A panel has a row of COLUMNS words for every k where the operand is F32, and for every two
 * where it is BF16 or F16: a word is then two elements of one column, in the order of memory. Where
 * k is odd the last word's second element is 0, and is never read.
 */
final class KeptPanels implements Kept.Form {
  private final Matrix operand;
  private final int k;
  private final int n;
  private final boolean halves;
  private final long panelBytes;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;

  private KeptPanels(Matrix operand, int k, int n, long panelBytes) {
    this.operand = operand;
    this.k = k;
    this.n = n;
    this.panelBytes = panelBytes;
    halves = operand.buf().dtype() != DType.F32;
    words = arena.allocate(panelBytes * panels(n, COLUMNS), 64);
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
    int rows = b.buf().dtype() == DType.F32 ? k : (k + 1) / 2;
    long panelBytes = 4L * rows * COLUMNS;
    long bytes = panelBytes * panels(n, COLUMNS);
    if (!PackedLimit.reserve(bytes)) {
      return null;
    }
    KeptPanels made;
    try {
      made = new KeptPanels(b, k, n, panelBytes);
    } catch (OutOfMemoryError e) { // the system has less than the limit allows
      PackedLimit.release(bytes);
      PackedLimit.sayFull(e.toString());
      return null;
    }
    try {
      Workers.run(panels(n, COLUMNS), made::fill);
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

  @Override
  public void close() {
    arena.close();
    PackedLimit.release(words.byteSize());
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
    if (operand.rowStride() == 1) {
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
        packed[p * COLUMNS + j] =
            Float.intBitsToFloat(
                Species.ORDER == ByteOrder.LITTLE_ENDIAN ? low | high << 16 : low << 16 | high);
      }
    }
    store(packed, panel, (k + 1) / 2);
  }

  private static int half(Buf x, long index) {
    return 0xFFFF & x.segment().get(ValueLayout.JAVA_SHORT_UNALIGNED, x.offset() + 2 * index);
  }

  private void store(float[] packed, int panel, int rows) {
    MemorySegment.copy(
        packed, 0, words, ValueLayout.JAVA_FLOAT, panel * panelBytes, rows * COLUMNS);
  }

  /**
   * Where steps {@code k0 .. k0 + depth} of a panel lie in F32, {@link StreamKernel}'s B: in {@code
   * piece} at {@link #start}. They are widened there where the operand is not F32.
   *
   * @param k0 a multiple of PIECE
   * @param depth at most PIECE
   */
  MemorySegment piece(int panel, int k0, int depth, Scratch scratch) {
    if (!halves) {
      return words;
    }
    MemorySegment piece = scratch.piece();
    long base = panel * panelBytes + 2L * k0 * COLUMNS;
    if (operand.buf().dtype() == DType.BF16) {
      widenBf16(words, base, depth / 2, piece);
    } else {
      widenF16(words, base, depth / 2, piece);
    }
    if (depth % 2 == 1) {
      long row = 4L * (depth - 1) * COLUMNS;
      for (int j = 0; j < COLUMNS; j++) {
        piece.set(ValueLayout.JAVA_FLOAT, row + 4L * j, first(base + row / 2 + 4L * j));
      }
    }
    return piece;
  }

  /**
   * Copies steps {@code k0 .. k0 + depth} of a panel of F32, as {@link Packing#pack} packs them.
   */
  void copy(int panel, int k0, int depth, float[] to, int at) {
    Packing.copy(words, start(panel, k0), depth * COLUMNS, to, at);
  }

  /** The byte where {@link #piece} has step {@code k0}. */
  long start(int panel, int k0) {
    return halves ? 0 : panel * panelBytes + 4L * k0 * COLUMNS;
  }

  /**
   * Adds two panels times the row {@code a} [k] to the rows {@code tile} and {@code next}
   * [COLUMNS]: what {@link #piece} and {@link StreamKernel} do, without a stop on the way.
   */
  void addRow(int panel, int other, float[] a, float[] tile, float[] next) {
    long base = panel * panelBytes;
    long far = other * panelBytes - base;
    switch (operand.buf().dtype()) {
      case F32 -> addF32(words, base, far, k, a, tile, next);
      case BF16 -> addBf16(words, base, far, k / 2, a, tile, next);
      default -> addF16(words, base, far, k / 2, a, tile, next);
    }
    if (halves && k % 2 == 1) {
      long last = base + 2L * (k - 1) * COLUMNS;
      for (int j = 0; j < COLUMNS; j++) {
        tile[j] = Math.fma(a[k - 1], first(last + 4L * j), tile[j]);
        next[j] = Math.fma(a[k - 1], first(last + far + 4L * j), next[j]);
      }
    }
  }

  private static void widenBf16(MemorySegment words, long base, int pairs, MemorySegment to) {
    for (int p = 0; p < pairs; p++) {
      for (int v = 0; v < COLUMNS; v += LANES) {
        IntVector pair = load(words, base + 4L * COLUMNS * p + 4L * v);
        long row = 8L * COLUMNS * p + 4L * v;
        Packing.firstBf16(pair).intoMemorySegment(to, row, Species.ORDER);
        Packing.secondBf16(pair).intoMemorySegment(to, row + 4L * COLUMNS, Species.ORDER);
      }
    }
  }

  private static void widenF16(MemorySegment words, long base, int pairs, MemorySegment to) {
    for (int p = 0; p < pairs; p++) {
      for (int v = 0; v < COLUMNS; v += LANES) {
        IntVector pair = load(words, base + 4L * COLUMNS * p + 4L * v);
        long row = 8L * COLUMNS * p + 4L * v;
        Packing.firstF16(pair).intoMemorySegment(to, row, Species.ORDER);
        Packing.secondF16(pair).intoMemorySegment(to, row + 4L * COLUMNS, Species.ORDER);
      }
    }
  }

  private static void addBf16(
      MemorySegment words, long base, long far, int pairs, float[] a, float[] tile, float[] next) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, next, 0);
    FloatVector d1 = FloatVector.fromArray(SPECIES, next, LANES);
    for (int p = 0; p < pairs; p++) {
      long at = base + 4L * COLUMNS * p;
      FloatVector first = FloatVector.broadcast(SPECIES, a[2 * p]);
      FloatVector second = FloatVector.broadcast(SPECIES, a[2 * p + 1]);
      IntVector v0 = load(words, at);
      IntVector v1 = load(words, at + 4L * LANES);
      IntVector w0 = load(words, at + far);
      IntVector w1 = load(words, at + far + 4L * LANES);
      c0 = second.fma(Packing.secondBf16(v0), first.fma(Packing.firstBf16(v0), c0));
      c1 = second.fma(Packing.secondBf16(v1), first.fma(Packing.firstBf16(v1), c1));
      d0 = second.fma(Packing.secondBf16(w0), first.fma(Packing.firstBf16(w0), d0));
      d1 = second.fma(Packing.secondBf16(w1), first.fma(Packing.firstBf16(w1), d1));
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
    d0.intoArray(next, 0);
    d1.intoArray(next, LANES);
  }

  private static void addF16(
      MemorySegment words, long base, long far, int pairs, float[] a, float[] tile, float[] next) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, next, 0);
    FloatVector d1 = FloatVector.fromArray(SPECIES, next, LANES);
    for (int p = 0; p < pairs; p++) {
      long at = base + 4L * COLUMNS * p;
      FloatVector first = FloatVector.broadcast(SPECIES, a[2 * p]);
      FloatVector second = FloatVector.broadcast(SPECIES, a[2 * p + 1]);
      IntVector v0 = load(words, at);
      IntVector v1 = load(words, at + 4L * LANES);
      IntVector w0 = load(words, at + far);
      IntVector w1 = load(words, at + far + 4L * LANES);
      c0 = second.fma(Packing.secondF16(v0), first.fma(Packing.firstF16(v0), c0));
      c1 = second.fma(Packing.secondF16(v1), first.fma(Packing.firstF16(v1), c1));
      d0 = second.fma(Packing.secondF16(w0), first.fma(Packing.firstF16(w0), d0));
      d1 = second.fma(Packing.secondF16(w1), first.fma(Packing.firstF16(w1), d1));
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
    d0.intoArray(next, 0);
    d1.intoArray(next, LANES);
  }

  private static void addF32(
      MemorySegment words, long base, long far, int k, float[] a, float[] tile, float[] next) {
    FloatVector c0 = FloatVector.fromArray(SPECIES, tile, 0);
    FloatVector c1 = FloatVector.fromArray(SPECIES, tile, LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, next, 0);
    FloatVector d1 = FloatVector.fromArray(SPECIES, next, LANES);
    for (int p = 0; p < k; p++) {
      long at = base + 4L * COLUMNS * p;
      FloatVector x = FloatVector.broadcast(SPECIES, a[p]);
      c0 = x.fma(load(words, at).reinterpretAsFloats(), c0);
      c1 = x.fma(load(words, at + 4L * LANES).reinterpretAsFloats(), c1);
      d0 = x.fma(load(words, at + far).reinterpretAsFloats(), d0);
      d1 = x.fma(load(words, at + far + 4L * LANES).reinterpretAsFloats(), d1);
    }
    c0.intoArray(tile, 0);
    c1.intoArray(tile, LANES);
    d0.intoArray(next, 0);
    d1.intoArray(next, LANES);
  }

  private static IntVector load(MemorySegment words, long at) {
    return IntVector.fromMemorySegment(Species.I32, words, at, Species.ORDER);
  }

  /** The first element of the word at byte {@code at}. */
  private float first(long at) {
    int word = words.get(ValueLayout.JAVA_INT, at);
    int bits = Species.ORDER == ByteOrder.LITTLE_ENDIAN ? word : word >>> 16;
    return operand.buf().dtype() == DType.BF16
        ? Float.intBitsToFloat(bits << 16)
        : Float.float16ToFloat((short) bits);
  }
}
