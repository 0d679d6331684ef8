package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.ROWS;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;
import static dev.weft.tensor.kernel.ScalarAttention.BLOCK;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.AttentionShapes;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.Philox;
import dev.weft.tensor.kernel.ScalarAttention;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The gradients of {@link ScalarAttention}, one task for each sequence and key-value head: its
 * tiles of query rows pass over all keys in turn, so that dK and dV are chains over the queries in
 * order.
 */
final class VectorAttentionGrad {
  private static final int KEYS = 0;
  private static final int VALUES = 1;
  private static final int COLUMNS_IN = 3;
  private static final int ROWS_IN = 4;
  private static final int SCORES = 5;
  private static final int SCORE_GRADS = 6;
  private static final int SUMS = 7;
  private static final int DQ = 8;
  private static final int SPARE = 9;
  private static final int KEY_GRADS = 10;
  private static final int STRIP = 11;
  private static final int DISTANCES = 12;
  private static final int SLOPES = 13;
  private static final int TABLES = 0;

  private final KernelCall.AttentionGrad call;
  private final AttentionSpec spec;
  private final Segments segments;
  private final int dim;
  private final float keepScale;
  private final AttentionTile tile;
  private final AttentionDistances distances;

  private final float[] k; // packed rows of all keys
  private final float[] v;
  private final float[] columns; // q, dout and out of a tile, [d][lane]
  private final float[] rows; // q, then dout of a tile, [d / COLUMNS][lane][d % COLUMNS]
  private final float[] p;
  private final float[] ds;
  private final float[] sums; // logSumExp, then delta, of a tile's lanes
  private final float[] dq;
  private final int[] draws;
  private final int threshold;
  private final float[] spare;
  private final float[] slopes; // of the softcap
  private final float[] byDistance; // gradients of the scores, a row a head
  private final float[] keyGrads; // dK, then dV, [d / COLUMNS][key][d % COLUMNS]

  private int keys; // of the present sequence

  /** For sequences of up to {@code keys} keys. */
  private VectorAttentionGrad(KernelCall.AttentionGrad call, int keys, Scratch scratch) {
    this.call = call;
    spec = call.spec();
    segments = call.segments();
    dim = spec.headDim();
    this.keys = keys;
    keepScale = spec.dropout() > 0 ? Philox.scale(spec.dropout()) : 1f;
    tile = new AttentionTile(segments, spec);
    distances = new AttentionDistances(segments, spec, scratch.floats(STRIP, BLOCK + COLUMNS));
    byDistance = scratch.floats(DISTANCES, distances.most(call));
    slopes = scratch.floats(SLOPES, spec.softcap() > 0 ? AttentionPanels.tile(BLOCK) : 0);
    k = scratch.floats(KEYS, AttentionPanels.rows(keys, dim));
    v = scratch.floats(VALUES, AttentionPanels.rows(keys, dim));
    columns = scratch.floats(COLUMNS_IN, 3L * columnTile());
    rows = scratch.floats(ROWS_IN, 2L * rowTile());
    p = scratch.floats(SCORES, AttentionPanels.tile(BLOCK));
    ds = scratch.floats(SCORE_GRADS, AttentionPanels.tile(BLOCK));
    sums = scratch.floats(SUMS, 2L * COLUMNS);
    dq = scratch.floats(DQ, AttentionPanels.tile(dim));
    draws = scratch.words(spec.dropout() > 0 ? AttentionPanels.tile(BLOCK) : 0);
    threshold = Philox.threshold(spec.dropout());
    spare = scratch.floats(SPARE, (long) COLUMNS * (dim + LANES));
    keyGrads = scratch.floats(KEY_GRADS, 2L * keyGrads());
  }

  private int columnTile() {
    return dim * COLUMNS;
  }

  private int rowPanel() {
    return COLUMNS * COLUMNS;
  }

  private int rowTile() {
    return Tile.panels(dim, COLUMNS) * rowPanel();
  }

  private int keyGrads() {
    return Math.multiplyExact(Tile.panels(dim, COLUMNS) * COLUMNS, keys);
  }

  static void run(KernelCall.AttentionGrad call) {
    AttentionShapes.check(call);
    Segments segments = call.segments();
    int heads = call.spec().keyValueHeads();
    int longest = Arrays.stream(segments.keyLength()).max().orElse(0);
    int table = call.drelative().isPresent() ? call.spec().relative().columns() : 0;
    long tables = (long) segments.count() * call.spec().heads() * table;
    Scratch shared = Scratch.borrow();
    try {
      int[] firstRow = shared.words(segments.count() + 1);
      firstRow[0] = 0;
      for (int s = 0; s < segments.count(); s++) {
        firstRow[s + 1] = Math.addExact(firstRow[s], segments.queryLength()[s]);
      }
      float[] tableGrads = shared.floats(TABLES, tables); // [sequences, heads, columns]
      Tasks.atMost(
          VectorAttention.MOST_TASKS,
          (long) segments.count() * heads,
          (from, to) -> {
            Scratch scratch = Scratch.borrow();
            try {
              VectorAttentionGrad work = new VectorAttentionGrad(call, longest, scratch);
              for (long part = from; part < to; part++) {
                int s = (int) (part / heads);
                work.differentiate(s, (int) (part % heads), firstRow[s], tableGrads);
              }
            } finally {
              scratch.giveBack();
            }
          });
      if (table > 0) {
        AttentionDistances.store(tableGrads, segments.count(), call);
      }
    } finally {
      shared.giveBack();
    }
  }

  private void differentiate(int s, int kv, long firstRow, float[] tableGrads) {
    keys = segments.keyLength()[s];
    long keyRow = segments.keyStart()[s];
    AttentionPanels.packRows(call.k(), keyRow, kv, keys, dim, k, 0);
    AttentionPanels.packRows(call.v(), keyRow, kv, keys, dim, v, 0);
    AttentionPanels.zero(keyGrads, 0, 2 * keyGrads());
    Arrays.fill(byDistance, 0, (int) distances.sums(call, s), 0f);
    int queries = spec.heads() / spec.keyValueHeads() * segments.queryLength()[s];
    for (int begin = 0; begin < queries; begin += COLUMNS) {
      tile.moveTo(s, kv, begin);
      tile.packColumns(call.q(), columns, 0);
      tile.packColumns(call.dout(), columns, columnTile());
      tile.packColumns(call.out(), columns, 2 * columnTile());
      tile.packRows(call.q(), rows, 0);
      tile.packRows(call.dout(), rows, rowTile());
      sums(firstRow);
      AttentionPanels.zero(dq, 0, dim * COLUMNS);
      int start = Math.min(tile.first() / BLOCK * BLOCK, tile.end());
      for (int first = start; first < tile.end(); first += BLOCK) {
        block(first, Math.min(BLOCK, tile.end() - first));
      }
      if (call.dbias().isPresent()) {
        tile.clearUnseen(call.dbias(), keys, 0, start);
        tile.clearUnseen(call.dbias(), keys, tile.end(), keys);
      }
      scale(dq, dim * COLUMNS, spec.scale());
      tile.storeColumns(dq, 0, call.dq(), spare);
    }
    scale(keyGrads, keyGrads(), spec.scale());
    storeKeys(call.dk(), keyRow, kv, 0);
    storeKeys(call.dv(), keyRow, kv, keyGrads());
    if (call.drelative().isPresent()) {
      distances.fold(byDistance, s, kv, tableGrads);
    }
  }

  /** Reads the lanes' logSumExp (0 where minus infinity) and computes their deltas. */
  private void sums(long firstRow) {
    Buf x = call.logSumExp();
    long total = segments.queries();
    for (int lane = 0; lane < tile.lanes(); lane++) {
      long at = x.offset() + 4 * tile.rowIndex(lane, firstRow, total);
      float lse = x.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      sums[lane] = lse == Float.NEGATIVE_INFINITY ? 0f : lse;
    }
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector delta = FloatVector.zero(SPECIES);
      for (int d = 0; d < dim; d++) {
        int at = columnTile() + lane + d * COLUMNS;
        delta =
            FloatVector.fromArray(SPECIES, columns, at)
                .fma(FloatVector.fromArray(SPECIES, columns, at + columnTile()), delta);
      }
      delta.intoArray(sums, COLUMNS + lane);
    }
  }

  /** Passes a tile over the keys {@code first .. first + n - 1}. */
  private void block(int first, int n) {
    int at = first * AttentionPanels.width(dim);
    AttentionPanels.scores(k, at, n, dim, columns, 0, p);
    AttentionPanels.scores(v, at, n, dim, columns, columnTile(), ds);
    float scale = spec.scale();
    if (spec.softcap() > 0) {
      cap(p, slopes, n * COLUMNS, scale, spec.softcap());
      scale = 1f;
    }
    if (spec.bias().isPresent()) {
      tile.addBias(p, first, n, scale);
      scale = 1f;
    }
    if (spec.relative().isPresent()) {
      distances.addBias(tile, p, first, n, scale);
      scale = 1f;
    }
    boolean drops = spec.dropout() > 0;
    if (drops) {
      tile.draw(draws, first, n);
      VectorPhilox.drop(ds, draws, threshold, keepScale, n * COLUMNS);
    }
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      MathLoops.weights(p, lane, n, scale, sums, lane, spare, 0);
      scoreGrads(p, ds, sums, n, lane);
    }
    if (drops) {
      VectorPhilox.drop(p, draws, threshold, keepScale, n * COLUMNS);
    }
    if (call.dbias().isPresent()) {
      tile.storeSeen(ds, first, n, call.dbias(), keys);
    }
    if (call.drelative().isPresent()) {
      distances.addUp(tile, ds, first, n, byDistance);
    }
    if (spec.softcap() > 0) {
      multiply(ds, slopes, n * COLUMNS);
    }
    AttentionPanels.accumulate(tile, first, k, first, n, dim, ds, dq, 0);
    int panels = Tile.panels(dim, COLUMNS);
    for (int panel = 0; panel < panels; panel++) {
      int to = (panel * keys + first) * COLUMNS;
      gather(first, n, ds, panel * rowPanel(), to);
      gather(first, n, p, rowTile() + panel * rowPanel(), keyGrads() + to);
    }
  }

  /** {@code p = c * t} and {@code slopes = 1 - t^2} of {@code t = tanh(p * scale / c)}. */
  static void cap(float[] p, float[] slopes, int length, float scale, float c) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, p, i).mul(scale).div(c).intoArray(p, i);
    }
    MathLoops.tanh(p, length);
    for (int i = 0; i < length; i += LANES) {
      FloatVector t = FloatVector.fromArray(SPECIES, p, i);
      t.mul(c).intoArray(p, i);
      t.neg().fma(t, FloatVector.broadcast(SPECIES, 1f)).intoArray(slopes, i);
    }
  }

  private static void multiply(float[] x, float[] by, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i)
          .mul(FloatVector.fromArray(SPECIES, by, i))
          .intoArray(x, i);
    }
  }

  /** {@code ds = p * (ds - delta)} for some lanes. */
  static void scoreGrads(float[] p, float[] ds, float[] sums, int n, int lane) {
    FloatVector delta = FloatVector.fromArray(SPECIES, sums, COLUMNS + lane);
    for (int j = 0; j < n; j++) {
      int i = lane + j * COLUMNS;
      FloatVector.fromArray(SPECIES, p, i)
          .mul(FloatVector.fromArray(SPECIES, ds, i).sub(delta))
          .intoArray(ds, i);
    }
  }

  /** Adds a tile's part to the gradients of its keys: sums over the lanes that see each key. */
  private void gather(int first, int n, float[] tiles, int from, int to) {
    int low = tile.firstOfAll(first, n);
    int high = tile.endOfAll(first, n);
    gatherSeen(first, 0, low, tiles, from, to);
    int j = low;
    while (j < high) {
      int height = Tile.fitting(Math.min(ROWS, high - j));
      StridedKernel.run(
          height,
          tile.lanes(),
          tiles,
          j * COLUMNS,
          COLUMNS,
          rows,
          from,
          keyGrads,
          to + j * COLUMNS,
          keyGrads,
          to + j * COLUMNS);
      j += height;
    }
    gatherSeen(first, high, n, tiles, from, to);
  }

  private void gatherSeen(int first, int begin, int n, float[] tiles, int from, int to) {
    for (int j = begin; j < n; j++) {
      int lane = 0;
      while (lane < tile.lanes()) {
        int end = lane;
        while (end < tile.lanes() && tile.sees(end, first + j)) {
          end++;
        }
        if (end > lane) {
          StridedKernel.run(
              1,
              end - lane,
              tiles,
              j * COLUMNS + lane,
              COLUMNS,
              rows,
              from + lane * COLUMNS,
              keyGrads,
              to + j * COLUMNS,
              keyGrads,
              to + j * COLUMNS);
        }
        lane = end + 1;
      }
    }
  }

  static void scale(float[] x, int length, float scale) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).mul(scale).intoArray(x, i);
    }
  }

  private void storeKeys(Heads x, long keyRow, int kv, int from) {
    for (int d = 0; d < dim; d += COLUMNS) {
      int count = Math.min(COLUMNS, dim - d);
      for (int j = 0; j < keys; j++) {
        long origin = (keyRow + j) * x.rowStride() + kv * x.headStride() + d;
        AttentionTile.storeRow(keyGrads, from + (d * keys + j * COLUMNS), x.buf(), origin, count);
      }
    }
  }
}
