package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.PANEL;
import static dev.weft.tensor.backend.vector.Tile.ROWS;
import static dev.weft.tensor.backend.vector.Tile.panels;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A product of few rows with {@link KeptPanels}: decoding, and short texts. Memory is the limit, so
 * every panel of B is read once, as a stream, a piece at a time, and all rows are multiplied with a
 * piece while it is in the first cache.
 */
final class KeptGemm {
  /** The most rows it is made for; with more the panels of A leave the caches. */
  static final int MOST_ROWS = 4 * ROWS;

  /** Steps of k in a piece: 16 KiB of B. */
  private static final int PIECE = 128;

  /** The most panels of B in a task. */
  private static final int GROUP = 4;

  private static final int ROWS_SLOT = 0;
  private static final int PIECE_SLOT = 1;
  private static final int SPARE_SLOT = 2;
  private static final int TILE_SLOT = 3; // and those after it

  private final KernelCall.Gemm g;
  private final KeptPanels b;
  private final int heights; // panels of A
  private final float[] a; // they, or the one row as it is

  private KeptGemm(KernelCall.Gemm g, KeptPanels b, int heights, float[] a) {
    this.g = g;
    this.b = b;
    this.heights = heights;
    this.a = a;
  }

  static void run(KernelCall.Gemm g, KeptPanels b, boolean parallel) {
    Scratch scratch = Scratch.borrow();
    try {
      int heights = panels(g.m(), ROWS);
      int width = g.m() == 1 ? 1 : heights * PANEL;
      float[] a = scratch.floats(ROWS_SLOT, (long) width * g.k());
      KeptGemm product = new KeptGemm(g, b, heights, a);
      product.packRows();
      int count = panels(g.n(), COLUMNS);
      int group = Math.clamp(count / (4 * Workers.threads()), 1, GROUP);
      if (parallel) {
        Workers.run(panels(count, group), task -> product.task(task * group, group));
      } else {
        product.multiply(0, count, scratch);
      }
    } finally {
      scratch.giveBack();
    }
  }

  private void packRows() {
    Matrix x = g.a();
    Buf buf = x.buf();
    if (g.m() > 1) {
      for (int q = 0; q < heights; q++) {
        long origin = (long) q * ROWS * x.rowStride();
        int at = q * PANEL * g.k();
        Packing.pack(buf, origin, x.colStride(), x.rowStride(), g.k(), rows(q), PANEL, a, at);
      }
    } else if (buf.dtype() == DType.F32 && x.colStride() == 1) {
      MemorySegment.copy(
          buf.segment(), ValueLayout.JAVA_FLOAT_UNALIGNED, buf.offset(), a, 0, g.k());
    } else {
      for (int p = 0; p < g.k(); p++) {
        a[p] = Packing.element(buf, p * x.colStride());
      }
    }
  }

  private int rows(int q) {
    return Math.min(ROWS, g.m() - q * ROWS);
  }

  private void task(int begin, int group) {
    Scratch own = Scratch.borrow();
    try {
      multiply(begin, Math.min(panels(g.n(), COLUMNS), begin + group), own);
    } finally {
      own.giveBack();
    }
  }

  /** Multiplies panels {@code begin .. end} of B with all rows. */
  private void multiply(int begin, int end, Scratch scratch) {
    float[] spare = scratch.floats(SPARE_SLOT, Tile.FLOATS);
    for (int p = begin; p < end; p++) {
      int j = p * COLUMNS;
      int cols = Math.min(COLUMNS, g.n() - j);
      for (int q = 0; q < heights; q++) {
        GemmEpilogue.begin(g.init(), 0, q * ROWS, j, rows(q), cols, tile(q, scratch));
      }
      if (g.m() == 1) {
        b.addRow(p, a, tile(0, scratch));
      } else {
        addRows(p, scratch);
      }
      for (int q = 0; q < heights; q++) {
        GemmEpilogue.finish(g, 0, q * ROWS, j, rows(q), cols, tile(q, scratch), spare);
      }
    }
  }

  private static float[] tile(int q, Scratch scratch) {
    return scratch.floats(TILE_SLOT + q, Tile.FLOATS);
  }

  private void addRows(int p, Scratch scratch) {
    float[] piece = scratch.floats(PIECE_SLOT, (long) PIECE * COLUMNS);
    for (int k = 0; k < g.k(); k += PIECE) {
      int depth = Math.min(PIECE, g.k() - k);
      b.unpack(p, k, depth, piece, 0);
      for (int q = 0; q < heights; q++) {
        int at = q * PANEL * g.k() + k * PANEL;
        PackedKernel.run(Tile.height(rows(q)), depth, a, at, piece, 0, tile(q, scratch), 0);
      }
    }
  }
}
