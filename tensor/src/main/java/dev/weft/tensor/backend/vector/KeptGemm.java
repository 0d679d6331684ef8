package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.PIECE;
import static dev.weft.tensor.backend.vector.Tile.panels;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.MemorySegment;

/**
 * A product of few rows with {@link KeptPanels}: decoding, and short texts. A panel of B is read as
 * a stream, a piece at a time, and all rows are multiplied with a piece while it is in the first
 * cache. A is not packed but copied, piece by piece.
 */
final class KeptGemm {
  /**
   * Rows of a full tile: as many as {@link StreamKernel} holds in registers. (A loop over native
   * memory needs some of them: at 14 rows it spilt, and ran at 0.7 of the peak instead of 0.98.)
   */
  private static final int ROWS = Tile.ROWS == 14 ? 12 : 4;

  /** The most panels of B in a task; even, for one row is multiplied with two at a time. */
  private static final int GROUP = 4;

  /**
   * The most rows. With more, copying panels where {@link VectorGemm} multiplies them pays: its
   * tiles are taller and longer (MiniLM, one text of 128 tokens: 5,520 to 6,110 tokens/s).
   */
  private static final int MOST = 96;

  /** The most floats of A: a mebibyte of the second cache. With more, packing A pays. */
  private static final long FEW = 1 << 18;

  /** Floats of A from which on threads share the copying. */
  private static final long COPIED = 1 << 15;

  /** The most tiles that meet a piece of B while it is near. */
  private static final int STRIP = 4;

  private static final int ROWS_SLOT = 0;
  private static final int SPARE_SLOT = 1;
  private static final int TILE_SLOT = 2; // and those after it

  private final KernelCall.Gemm g;
  private final KeptPanels b;
  private final int tiles; // over the rows
  private final int rows; // m, up to the last tile's height
  private final float[] a; // element (i, p) at ((p / PIECE) * rows + i) * PIECE + p % PIECE

  private KeptGemm(KernelCall.Gemm g, KeptPanels b, boolean parallel, Scratch scratch) {
    this.g = g;
    this.b = b;
    tiles = panels(g.m(), ROWS);
    rows = (tiles - 1) * ROWS + Tile.height(count(tiles - 1));
    a = scratch.floats(ROWS_SLOT, (long) panels(g.k(), PIECE) * PIECE * rows);
    if (parallel && (long) g.m() * g.k() >= COPIED) {
      Workers.run(tiles, this::copyRows);
    } else {
      for (int q = 0; q < tiles; q++) {
        copyRows(q);
      }
    }
  }

  /** Whether the call is one for this class, where B's panels are kept. */
  static boolean fits(KernelCall.Gemm g) {
    return g.batch() == 1 && g.m() <= MOST && (long) g.m() * g.k() <= FEW;
  }

  static void run(KernelCall.Gemm g, KeptPanels b, boolean parallel) {
    Scratch scratch = Scratch.borrow();
    try {
      KeptGemm product = new KeptGemm(g, b, parallel, scratch);
      int panels = panels(g.n(), COLUMNS);
      if (!parallel) {
        product.multiply(0, panels, scratch);
        return;
      }
      int group = Math.clamp(panels / (4 * Workers.threads()), 2, GROUP) & -2;
      Workers.run(
          panels(panels, group),
          task -> {
            Scratch own = Scratch.borrow();
            try {
              product.multiply(task * group, Math.min(panels, (task + 1) * group), own);
            } finally {
              own.giveBack();
            }
          });
    } finally {
      scratch.giveBack();
    }
  }

  /** Copies the rows of tile {@code q}. */
  private void copyRows(int q) {
    Matrix x = g.a();
    Buf buf = x.buf();
    boolean dense = buf.dtype() == DType.F32 && x.colStride() == 1;
    for (int k = 0; k < g.k(); k += PIECE) {
      int depth = Math.min(PIECE, g.k() - k);
      int at = k * rows + q * ROWS * PIECE;
      long from = (long) q * ROWS * x.rowStride() + k * x.colStride();
      if (dense) {
        long base = buf.offset() + 4 * from;
        Packing.copyRows(buf.segment(), base, 4 * x.rowStride(), count(q), depth, a, at, PIECE);
      } else {
        copyElements(from, count(q), depth, at);
      }
    }
  }

  private void copyElements(long from, int count, int depth, int at) {
    Matrix x = g.a();
    for (int r = 0; r < count; r++) {
      for (int p = 0; p < depth; p++) {
        long index = from + r * x.rowStride() + p * x.colStride();
        a[at + r * PIECE + p] = Packing.element(x.buf(), index);
      }
    }
  }

  /** Rows in tile {@code q}. */
  private int count(int q) {
    return Math.min(ROWS, g.m() - q * ROWS);
  }

  /** Multiplies panels {@code begin .. end} of B with all rows. */
  private void multiply(int begin, int end, Scratch scratch) {
    if (g.m() == 1) {
      for (int p = begin; p < end; p += 2) {
        row(p, Math.min(p + 1, end - 1), scratch);
      }
      return;
    }
    for (int p = begin; p < end; p++) {
      for (int q = 0; q < tiles; q += STRIP) {
        strip(p, q, Math.min(tiles, q + STRIP), scratch);
      }
    }
  }

  /** Multiplies panels {@code p} and {@code q}, which may be the same, with the one row. */
  private void row(int p, int q, Scratch scratch) {
    float[] tile = tile(0, scratch);
    float[] other = tile(1, scratch);
    System.arraycopy(begin(0, p, tile), 0, tile, 0, COLUMNS);
    System.arraycopy(begin(0, q, other), 0, other, 0, COLUMNS);
    b.addRow(p, q, a, tile, other);
    finish(0, p, tile, scratch);
    if (q > p) {
      finish(0, q, other, scratch);
    }
  }

  /** Multiplies panel {@code p} with the rows of tiles {@code begin .. end}. */
  private void strip(int p, int begin, int end, Scratch scratch) {
    int k = 0;
    do {
      add(p, k, begin, end, scratch);
      k += PIECE;
    } while (k < g.k());
    for (int q = begin; q < end; q++) {
      finish(q, p, tile(q - begin, scratch), scratch);
    }
  }

  private float[] begin(int q, int p, float[] tile) {
    int j = p * COLUMNS;
    int cols = Math.min(COLUMNS, g.n() - j);
    return GemmEpilogue.begin(g.init(), 0, q * ROWS, j, count(q), cols, tile);
  }

  private void finish(int q, int p, float[] tile, Scratch scratch) {
    int j = p * COLUMNS;
    int cols = Math.min(COLUMNS, g.n() - j);
    float[] spare = scratch.floats(SPARE_SLOT, Tile.FLOATS);
    GemmEpilogue.finish(g, 0, q * ROWS, j, count(q), cols, tile, spare);
  }

  /** Carries tiles {@code begin .. end} of panel {@code p} over a piece. */
  private void add(int p, int k, int begin, int end, Scratch scratch) {
    int depth = Math.min(PIECE, g.k() - k);
    MemorySegment piece = b.piece(p, k, depth, scratch);
    long start = b.start(p, k);
    for (int q = begin; q < end; q++) {
      int from = k * rows + q * ROWS * PIECE;
      float[] tile = tile(q - begin, scratch);
      float[] sums = k == 0 ? begin(q, p, tile) : tile;
      int height = Tile.height(count(q));
      StreamKernel.run(height, depth, a, from, piece, start, b.part(), sums, tile);
      if (depth % 2 == 1) {
        addStep(p, k + depth - 1, height, from + depth - 1, tile);
      }
    }
  }

  /** Adds step {@code k}, which is the last, to a tile whose elements of A are at {@code from}. */
  private void addStep(int p, int k, int height, int from, float[] tile) {
    for (int j = 0; j < COLUMNS; j++) {
      float value = b.element(p, k, j);
      for (int r = 0; r < height; r++) {
        int at = r * COLUMNS + j;
        tile[at] = Math.fma(a[from + r * PIECE], value, tile[at]);
      }
    }
  }

  private static float[] tile(int q, Scratch scratch) {
    return scratch.floats(TILE_SLOT + q, Tile.FLOATS);
  }
}
