package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;
import static dev.weft.tensor.kernel.ScalarAttention.BLOCK;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.AttentionShapes;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.Philox;
import dev.weft.tensor.kernel.ScalarAttention;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarAttention} in tiles of query rows, one row a lane (see {@link AttentionTile}):
 * scores and outputs of a block of keys are products of the micro-kernel, the softmax between them
 * runs down the lanes. A part is up to {@link #TILES} tiles of one sequence and key-value head,
 * which it carries over the keys together, so that each block of keys is packed once for all of
 * them.
 */
final class VectorAttention {
  private static final int TILES = 8;

  /** Tasks of a call: each makes some objects, which must not grow with the batch. */
  static final int MOST_TASKS = 128;

  private static final int QUERIES = 0;
  private static final int KEYS = 1;
  private static final int VALUES = 2;
  private static final int SCORES = 3;
  private static final int OUTPUTS = 4;
  private static final int GREATEST = 5;
  private static final int SUM = 6;
  private static final int DECAY = 7;
  private static final int SPARE = 8;
  private static final int SHIFT = 9;
  private static final int STRIP = 10;

  private final KernelCall.Attention call;
  private final AttentionSpec spec;
  private final int dim;
  private final AttentionTile tile;
  private final AttentionDistances distances;
  private final float[] q;
  private final float[] k;
  private final float[] v;
  private final float[] p;
  private final float[] o;
  private final float[] greatest;
  private final float[] sum;
  private final float[] decay;
  private final float[] shift;
  private final int[] draws;
  private final int threshold;
  private final float[] spare;

  /** For up to {@code tiles} tiles at a time. */
  private VectorAttention(KernelCall.Attention call, int tiles, Scratch scratch) {
    this.call = call;
    spec = call.spec();
    dim = spec.headDim();
    tile = new AttentionTile(call.segments(), spec);
    distances =
        new AttentionDistances(call.segments(), spec, scratch.floats(STRIP, BLOCK + COLUMNS));
    q = scratch.floats(QUERIES, (long) tiles * columns());
    k = scratch.floats(KEYS, AttentionPanels.rows(BLOCK, dim));
    v = scratch.floats(VALUES, AttentionPanels.rows(BLOCK, dim));
    p = scratch.floats(SCORES, AttentionPanels.tile(BLOCK));
    o = scratch.floats(OUTPUTS, (long) tiles * AttentionPanels.tile(dim));
    greatest = scratch.floats(GREATEST, (long) tiles * COLUMNS);
    sum = scratch.floats(SUM, (long) tiles * COLUMNS);
    decay = scratch.floats(DECAY, COLUMNS);
    shift = scratch.floats(SHIFT, COLUMNS);
    draws = scratch.words(spec.dropout() > 0 ? AttentionPanels.tile(BLOCK) : 0);
    threshold = Philox.threshold(spec.dropout());
    spare = scratch.floats(SPARE, (long) COLUMNS * (dim + LANES));
  }

  private int columns() {
    return dim * COLUMNS;
  }

  static void run(KernelCall.Attention call) {
    AttentionShapes.check(call);
    Segments segments = call.segments();
    AttentionSpec spec = call.spec();
    int group = spec.heads() / spec.keyValueHeads();
    int count = segments.count();
    Scratch shared = Scratch.borrow();
    try {
      int[] first = shared.words(2 * count + 2); // part of each sequence, then row
      int rowsFrom = count + 1;
      first[0] = 0;
      first[rowsFrom] = 0;
      int longest = 0;
      for (int s = 0; s < count; s++) {
        int rows = group * segments.queryLength()[s];
        int parts = Tile.panels(rows, TILES * COLUMNS);
        first[s + 1] = Math.addExact(first[s], parts * spec.keyValueHeads());
        first[rowsFrom + s + 1] = Math.addExact(first[rowsFrom + s], segments.queryLength()[s]);
        longest = Math.max(longest, rows);
      }
      int tiles = Math.min(TILES, Tile.panels(longest, COLUMNS));
      Tasks.atMost(
          MOST_TASKS, first[count], (from, to) -> attend(call, tiles, first, (int) from, (int) to));
    } finally {
      shared.giveBack();
    }
  }

  /** Computes the parts {@code from .. to - 1}. */
  private static void attend(KernelCall.Attention call, int tiles, int[] first, int from, int to) {
    Segments segments = call.segments();
    int count = segments.count();
    int group = call.spec().heads() / call.spec().keyValueHeads();
    Scratch scratch = Scratch.borrow();
    try {
      VectorAttention wide = null;
      AttentionRows narrow = null;
      for (int part = from; part < to; part++) {
        int s = sequence(first, count, part);
        int rows = group * segments.queryLength()[s];
        int parts = Tile.panels(rows, TILES * COLUMNS);
        int index = part - first[s];
        int row = first[count + 1 + s];
        if (AttentionRows.suit(call.spec(), rows)) {
          narrow = narrow == null ? new AttentionRows(call, scratch) : narrow;
          narrow.attend(s, index / parts, rows, row, first[2 * count + 1]);
        } else {
          wide = wide == null ? new VectorAttention(call, tiles, scratch) : wide;
          wide.attend(s, index / parts, rows, index % parts * TILES * COLUMNS, row);
        }
      }
    } finally {
      scratch.giveBack();
    }
  }

  static void runGrad(KernelCall.AttentionGrad call) {
    VectorAttentionGrad.run(call);
  }

  /** The sequence of {@code count} that a part belongs to. */
  private static int sequence(int[] firstPart, int count, int part) {
    int low = 0;
    int high = count;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (firstPart[middle] <= part) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Computes a part of the {@code rows} rows of key-value head {@code kv}, from {@code begin}. */
  private void attend(int s, int kv, int rows, int begin, long firstRow) {
    int tiles = Math.min(TILES, Tile.panels(rows - begin, COLUMNS));
    int start = Integer.MAX_VALUE;
    int end = 0;
    for (int t = 0; t < tiles; t++) {
      tile.moveTo(s, kv, begin + t * COLUMNS);
      tile.packColumns(call.q(), q, t * columns());
      start = Math.min(start, tile.first());
      end = Math.max(end, tile.end());
    }
    AttentionPanels.zero(o, 0, tiles * AttentionPanels.tile(dim));
    Arrays.fill(greatest, 0, tiles * COLUMNS, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, tiles * COLUMNS, 0f);
    for (int first = start / BLOCK * BLOCK; first < end; first += BLOCK) {
      int n = Math.min(BLOCK, end - first);
      long row = call.segments().keyStart()[s] + (long) first;
      AttentionPanels.packRows(call.k(), row, kv, n, dim, k, 0);
      AttentionPanels.packRows(call.v(), row, kv, n, dim, v, 0);
      for (int t = 0; t < tiles; t++) {
        tile.moveTo(s, kv, begin + t * COLUMNS);
        if (first < tile.end() && first + n > tile.first()) {
          block(t, first, n);
        }
      }
    }
    for (int t = 0; t < tiles; t++) {
      tile.moveTo(s, kv, begin + t * COLUMNS);
      finish(t, firstRow);
    }
  }

  /** Carries tile t over the packed keys {@code first .. first + packed - 1}. */
  private void block(int t, int first, int packed) {
    int n = Math.min(packed, tile.end() - first);
    AttentionPanels.scores(k, 0, n, dim, q, t * columns(), p);
    float scale = spec.scale();
    if (spec.softcap() > 0) {
      cap(p, n * COLUMNS, scale, spec.softcap());
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
    int low = tile.firstOfAll(first, n);
    int high = tile.endOfAll(first, n);
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      int at = t * COLUMNS + lane;
      System.arraycopy(greatest, at, decay, lane, LANES);
      if (low > 0) {
        scaleSeen(tile, first, 0, low, p, lane, scale, greatest, at);
      }
      scale(p, lane, low, high, scale, greatest, at);
      if (high < n) {
        scaleSeen(tile, first, high, n, p, lane, scale, greatest, at);
      }
      shift(greatest, at, shift, lane);
      MathLoops.weights(decay, lane, 1, 1f, shift, lane, spare, 0);
      decay(sum, at, decay, lane);
      MathLoops.weights(p, lane, n, 1f, shift, lane, sum, at);
    }
    if (spec.dropout() > 0) {
      tile.draw(draws, first, n);
      VectorPhilox.drop(p, draws, threshold, 1f, n * COLUMNS);
    }
    int at = t * AttentionPanels.tile(dim);
    if (first > 0) {
      rescale(o, at, dim, decay);
    }
    AttentionPanels.accumulate(tile, first, v, 0, n, dim, p, o, at);
  }

  // One method a loop: C2 stops inlining vector operations at some 18,000 nodes, and a vector that
  // crosses a call is boxed.

  /** {@code c * tanh(s * scale / c)}. */
  static void cap(float[] p, int length, float scale, float c) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, p, i).mul(scale).div(c).intoArray(p, i);
    }
    MathLoops.tanh(p, length);
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, p, i).mul(c).intoArray(p, i);
    }
  }

  /** Scales scores {@code from .. n - 1} of some lanes and carries their greatest on. */
  static void scale(float[] p, int lane, int from, int n, float scale, float[] greatest, int at) {
    FloatVector m = FloatVector.fromArray(SPECIES, greatest, at);
    for (int j = from; j < n; j++) {
      FloatVector s = FloatVector.fromArray(SPECIES, p, lane + j * COLUMNS).mul(scale);
      s.intoArray(p, lane + j * COLUMNS);
      m = m.blend(s, s.compare(VectorOperators.GT, m));
    }
    m.intoArray(greatest, at);
  }

  /** The same for keys {@code from .. n - 1}, which not every lane sees; hidden ones get -inf. */
  static void scaleSeen(
      AttentionTile tile,
      int first,
      int from,
      int n,
      float[] p,
      int lane,
      float scale,
      float[] greatest,
      int at) {
    FloatVector m = FloatVector.fromArray(SPECIES, greatest, at);
    for (int j = from; j < n; j++) {
      FloatVector s = FloatVector.fromArray(SPECIES, p, lane + j * COLUMNS).mul(scale);
      s = s.blend(Float.NEGATIVE_INFINITY, tile.seeing(first + j, lane).not());
      s.intoArray(p, lane + j * COLUMNS);
      m = m.blend(s, s.compare(VectorOperators.GT, m));
    }
    m.intoArray(greatest, at);
  }

  /** What is subtracted from some lanes' scores: the greatest, or 0 where none was seen. */
  private static void shift(float[] greatest, int at, float[] shift, int lane) {
    FloatVector m = FloatVector.fromArray(SPECIES, greatest, at);
    m.blend(0f, m.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY)).intoArray(shift, lane);
  }

  private static void decay(float[] sum, int at, float[] decay, int lane) {
    FloatVector.fromArray(SPECIES, sum, at)
        .mul(FloatVector.fromArray(SPECIES, decay, lane))
        .intoArray(sum, at);
  }

  private static void rescale(float[] o, int at, int dim, float[] decay) {
    FloatVector low = FloatVector.fromArray(SPECIES, decay, 0);
    FloatVector high = FloatVector.fromArray(SPECIES, decay, LANES);
    for (int d = 0; d < dim; d++) {
      int i = at + d * COLUMNS;
      FloatVector.fromArray(SPECIES, o, i).mul(low).intoArray(o, i);
      FloatVector.fromArray(SPECIES, o, i + LANES).mul(high).intoArray(o, i + LANES);
    }
  }

  /** Divides by the sums and stores outputs and logSumExp. */
  private void finish(int t, long firstRow) {
    int at = t * AttentionPanels.tile(dim);
    float scale = spec.dropout() > 0 ? Philox.scale(spec.dropout()) : 1f;
    for (int v = 0; v < COLUMNS; v += LANES) {
      FloatVector l = FloatVector.fromArray(SPECIES, sum, t * COLUMNS + v);
      FloatVector inverse = FloatVector.broadcast(SPECIES, scale).div(l);
      VectorMask<Float> none = l.compare(VectorOperators.EQ, 0f);
      for (int d = 0; d < dim; d++) {
        int i = at + v + d * COLUMNS;
        FloatVector.fromArray(SPECIES, o, i).mul(inverse).blend(0f, none).intoArray(o, i);
      }
    }
    MathLoops.logSumExp(sum, greatest, t * COLUMNS, COLUMNS);
    tile.storeColumns(o, at, call.out(), spare);
    long rows = call.segments().queries();
    for (int lane = 0; lane < tile.lanes(); lane++) {
      long index = tile.rowIndex(lane, firstRow, rows);
      call.logSumExp()
          .segment()
          .set(
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              call.logSumExp().offset() + 4 * index,
              greatest[t * COLUMNS + lane]);
    }
  }
}
