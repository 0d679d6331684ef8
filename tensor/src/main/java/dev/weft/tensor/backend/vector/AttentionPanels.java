package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.PANEL;
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

  /** Floats from one panel of {@link #packKeys} to the next. */
  private static int keyPanel(int dim) {
    return dim * PANEL;
  }

  /** Floats {@link #packKeys} writes. */
  static long keyPanels(int keys, int dim) {
    return (long) Tile.panels(keys, ROWS) * keyPanel(dim);
  }

  /** Packs keys as rows of A, in panels of ROWS keys: {@code [key / ROWS][d][key % ROWS]}. */
  static void packKeys(Heads x, long row, int kv, int keys, int dim, float[] to, int at) {
    for (int j = 0, panel = at; j < keys; j += ROWS, panel += keyPanel(dim)) {
      long origin = (row + j) * x.rowStride() + kv * x.headStride();
      int count = Math.min(ROWS, keys - j);
      Packing.pack(x.buf(), origin, 1, x.rowStride(), dim, count, PANEL, to, panel);
    }
  }

  /** Floats from one panel of {@link #packValues} to the next. */
  static int valuePanel(int keys) {
    return keys * PANEL;
  }

  /** Floats {@link #packValues} writes. */
  static long valuePanels(int keys, int dim) {
    return (long) Tile.panels(dim, ROWS) * valuePanel(keys);
  }

  /** Packs keys as columns of A, in panels of ROWS of d: {@code [d / ROWS][key][d % ROWS]}. */
  static void packValues(Heads x, long row, int kv, int keys, int dim, float[] to, int at) {
    for (int d = 0, panel = at; d < dim; d += ROWS, panel += valuePanel(keys)) {
      long origin = row * x.rowStride() + kv * x.headStride() + d;
      int count = Math.min(ROWS, dim - d);
      Packing.pack(x.buf(), origin, x.rowStride(), 1, keys, count, PANEL, to, panel);
    }
  }

  /**
   * Floats of a tile {@code [n][lane]} with the rows that whole vectors and full-height kernels
   * reach behind it.
   */
  static int tile(int n) {
    return (n + 16) * COLUMNS;
  }

  /** {@code to[key][lane]}: products of {@code n} packed keys with the lanes' packed columns. */
  static void scores(float[] keys, int at, int n, int dim, float[] columns, int ct, float[] to) {
    for (int j = 0, panel = at; j < n; j += ROWS, panel += keyPanel(dim)) {
      int rows = Tile.height(Math.min(ROWS, n - j));
      PackedKernel.run(rows, dim, keys, panel, columns, ct, Tile.ZEROS, 0, to, j * COLUMNS);
    }
  }

  /**
   * {@code to[d][lane] += sum over keys of values[key][d] * p[key][lane]}, keys in order: of {@code
   * keys} packed values {@code first .. first + n - 1}, which the tile meets as keys {@code key
   * ..}; a lane that does not see a key leaves it out.
   */
  static void accumulate(
      AttentionTile tile,
      int key,
      float[] values,
      int keys,
      int first,
      int n,
      int dim,
      float[] p,
      float[] to,
      int at) {
    int low = tile.firstOfAll(key, n);
    int high = tile.endOfAll(key, n);
    int panel = valuePanel(keys);
    accumulateSeen(tile, key, 0, low, values, panel, first, dim, p, to, at);
    for (int d = 0, from = (first + low) * PANEL; d < dim; d += ROWS, from += panel) {
      int rows = Tile.height(Math.min(ROWS, dim - d));
      int c = at + d * COLUMNS;
      PackedKernel.run(rows, high - low, values, from, p, low * COLUMNS, to, c, to, c);
    }
    accumulateSeen(tile, key, high, n, values, panel, first, dim, p, to, at);
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
      int panel,
      int first,
      int dim,
      float[] p,
      float[] to,
      int at) {
    for (int j = from; j < n; j++) {
      for (int v = 0; v < COLUMNS; v += LANES) {
        VectorMask<Float> seeing = tile.seeing(key + j, v);
        FloatVector weight = FloatVector.fromArray(SPECIES, p, j * COLUMNS + v);
        for (int d = 0; d < dim; d++) {
          float value = values[d / ROWS * panel + (first + j) * PANEL + d % ROWS];
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
