package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.ROWS;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Heads;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * How attention lays keys and values out for the micro-kernel, and the products it makes of them.
 */
final class AttentionPanels {
  private AttentionPanels() {}

  /** Floats from one row of {@link #packRows} to the next: whole vectors. */
  static int width(int dim) {
    return Tile.panels(dim, LANES) * LANES;
  }

  /** Floats of packed rows, with those that full-height kernels reach behind them. */
  static long rows(int keys, int dim) {
    return (long) (keys + ROWS) * width(dim);
  }

  /** Packs the rows of keys, of K or of V, as they lie: {@code [key][d]}, {@link #width} apart. */
  static void packRows(Heads x, long row, int kv, int keys, int dim, float[] to, int at) {
    long origin = row * x.rowStride() + kv * x.headStride();
    Packing.pack(x.buf(), origin, x.rowStride(), 1, keys, dim, width(dim), to, at);
  }

  /**
   * Floats of a tile {@code [n][lane]} with the rows that whole vectors and full-height kernels
   * reach behind it.
   */
  static int tile(int n) {
    return (n + 16) * COLUMNS;
  }

  /** {@code to[key][lane]}: products of {@code n} packed rows with the lanes' packed columns. */
  static void scores(float[] keys, int at, int n, int dim, float[] columns, int ct, float[] to) {
    int width = width(dim);
    for (int j = 0; j < n; j += ROWS) {
      int rows = Tile.height(Math.min(ROWS, n - j));
      int from = at + j * width;
      int c = j * COLUMNS;
      StridedKernel.run(rows, dim, keys, from, width, columns, ct, Tile.ZEROS, 0, to, c);
    }
  }

  /**
   * {@code to[d][lane] += sum over keys of values[key][d] * p[key][lane]}, keys in order: of the
   * packed rows {@code first .. first + n - 1}, which the tile meets as keys {@code key ..}; a lane
   * that does not see a key leaves it out.
   */
  static void accumulate(
      AttentionTile tile,
      int key,
      float[] values,
      int first,
      int n,
      int dim,
      float[] p,
      float[] to,
      int at) {
    int low = tile.firstOfAll(key, n);
    int high = tile.endOfAll(key, n);
    int width = width(dim);
    accumulateSeen(tile, key, 0, low, values, first, dim, p, to, at);
    for (int d = 0; d < dim; d += ROWS) {
      int rows = Tile.height(Math.min(ROWS, dim - d));
      int from = (first + low) * width + d;
      int c = at + d * COLUMNS;
      PackedKernel.run(rows, high - low, values, from, width, p, low * COLUMNS, to, c, to, c);
    }
    accumulateSeen(tile, key, high, n, values, first, dim, p, to, at);
  }

  /**
   * The part of {@link #accumulate} for keys {@code from .. n - 1}, which some lanes do not see.
   */
  private static void accumulateSeen(
      AttentionTile tile,
      int key,
      int from,
      int n,
      float[] values,
      int first,
      int dim,
      float[] p,
      float[] to,
      int at) {
    int width = width(dim);
    for (int j = from; j < n; j++) {
      for (int v = 0; v < COLUMNS; v += LANES) {
        VectorMask<Float> seeing = tile.seeing(key + j, v);
        FloatVector weight = FloatVector.fromArray(SPECIES, p, j * COLUMNS + v);
        for (int d = 0; d < dim; d++) {
          float value = values[(first + j) * width + d];
          int o = at + d * COLUMNS + v;
          FloatVector sum = FloatVector.fromArray(SPECIES, to, o);
          FloatVector next = weight.fma(FloatVector.broadcast(SPECIES, value), sum);
          sum.blend(next, seeing).intoArray(to, o);
        }
      }
    }
  }

  static void zero(float[] x, int at, int length) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      zero.intoArray(x, at + i);
    }
  }
}
