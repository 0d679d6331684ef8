package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;
import static dev.weft.tensor.kernel.ScalarAttention.BLOCK;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import dev.weft.tensor.kernel.ScalarAttention;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarAttention} of few rows, as decoding has them: a tile would leave most lanes empty.
 * Scores of a row have a key a lane, its outputs an element a lane, so that a key costs a row
 * {@code 2 D / LANES} fma and not a tile's {@code 4 D}. (Four key-value heads a task, so that the
 * heads of a key are met together as they lie in memory, lost a quarter against one.)
 */
final class AttentionRows {
  /** Rows from which a tile is faster. */
  private static final int MOST = 8;

  /** Keys whose scores are computed together: four vectors. */
  private static final int KEYS = 4 * LANES;

  private final KernelCall.Attention call;
  private final Segments segments;
  private final AttentionSpec spec;
  private final int dim;
  private final int width;
  private final int group;
  private final float[] q; // [row][d]
  private final float[] keys; // [key / LANES][d][key % LANES]
  private final float[] values; // [key][d], whole vectors
  private final float[] p;
  private final float[] o; // [row][d], whole vectors
  private final float[] lanes;
  private final float[] shifts;
  private final float[] greatest;
  private final float[] sum;

  AttentionRows(KernelCall.Attention call, Scratch scratch) {
    this.call = call;
    segments = call.segments();
    spec = call.spec();
    dim = spec.headDim();
    width = AttentionPanels.width(dim);
    group = spec.heads() / spec.keyValueHeads();
    q = scratch.floats(0, (long) MOST * dim);
    keys = scratch.floats(1, (long) Tile.panels(BLOCK, KEYS) * KEYS * dim);
    values = scratch.floats(2, (long) BLOCK * width);
    p = scratch.floats(3, BLOCK + KEYS);
    o = scratch.floats(4, (long) MOST * width);
    lanes = scratch.floats(5, LANES);
    shifts = scratch.floats(9, LANES);
    greatest = scratch.floats(6, MOST);
    sum = scratch.floats(7, MOST);
  }

  /** Whether rows of a key-value head are computed here. */
  static boolean suit(AttentionSpec spec, int rows) {
    return rows <= MOST && spec.dropout() == 0;
  }

  private int head(int kv, int row, int s) {
    return kv * group + row / segments.queryLength()[s];
  }

  private long origin(Heads x, int s, int kv, int row) {
    int i = row % segments.queryLength()[s];
    return (segments.queryStart()[s] + (long) i) * x.rowStride()
        + head(kv, row, s) * x.headStride();
  }

  /** Computes the {@code rows} rows of key-value head {@code kv} of a sequence. */
  void attend(int s, int kv, int rows, long firstRow, long total) {
    int queries = segments.queryLength()[s];
    int start = Integer.MAX_VALUE;
    int end = 0;
    for (int row = 0; row < rows; row++) {
      long origin = origin(call.q(), s, kv, row);
      for (int d = 0; d < dim; d++) {
        q[row * dim + d] = Packing.element(call.q().buf(), origin + d);
      }
      start = Math.min(start, spec.firstKey(segments, s, row % queries));
      end = Math.max(end, spec.endKey(segments, s, row % queries));
    }
    Arrays.fill(o, 0, rows * width, 0f);
    Arrays.fill(greatest, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, rows, 0f);
    for (int first = start / BLOCK * BLOCK; first < end; first += BLOCK) {
      int n = Math.min(BLOCK, end - first);
      pack(s, kv, first, n);
      for (int row = 0; row < rows; row++) {
        int low = Math.clamp((long) spec.firstKey(segments, s, row % queries) - first, 0, n);
        int high = Math.clamp((long) spec.endKey(segments, s, row % queries) - first, 0, n);
        if (low < high) {
          block(s, kv, row, first, low, high);
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      finish(row, origin(call.out(), s, kv, row));
      long index = head(kv, row, s) * total + firstRow + row % queries;
      store(call.logSumExp(), index, sum[row], greatest[row]);
    }
  }

  private void pack(int s, int kv, int first, int n) {
    long row = segments.keyStart()[s] + (long) first;
    Heads k = call.k();
    for (int j = 0; j < n; j += LANES) {
      long origin = (row + j) * k.rowStride() + kv * k.headStride();
      int count = Math.min(LANES, n - j);
      Packing.pack(k.buf(), origin, 1, k.rowStride(), dim, count, LANES, keys, j * dim);
    }
    Heads v = call.v();
    long origin = row * v.rowStride() + kv * v.headStride();
    Packing.pack(v.buf(), origin, v.rowStride(), 1, n, dim, width, values, 0);
  }

  /** Carries a row over the packed keys {@code low .. high - 1}, of which it sees all. */
  private void block(int s, int kv, int row, int first, int low, int high) {
    int from = low / KEYS * KEYS;
    int to = Tile.panels(high, LANES) * LANES;
    for (int j = from; j < to; j += KEYS) {
      scores(keys, j * dim, q, row * dim, dim, p, j);
    }
    scale(p, from, to, spec.scale());
    if (spec.softcap() > 0) {
      VectorAttention.cap(p, to, 1f, spec.softcap());
    }
    addBiases(s, head(kv, row, s), row % segments.queryLength()[s], first, low, high);
    Arrays.fill(p, from, low, Float.NEGATIVE_INFINITY);
    Arrays.fill(p, high, to, Float.NEGATIVE_INFINITY);
    float m = greatest(p, from, to, greatest[row], lanes);
    float shift = m == Float.NEGATIVE_INFINITY ? 0f : m;
    float rescale = ScalarAttention.weight(greatest[row] - shift);
    greatest[row] = m;
    Arrays.fill(shifts, 0, LANES, shift);
    for (int at = from; at < from + COLUMNS; at += LANES) {
      MathLoops.weights(p, at, Tile.panels(to - from, COLUMNS), 1f, shifts, 0, lanes, 0);
    }
    float l = sum[row] * rescale;
    for (int j = low; j < high; j++) {
      l += p[j];
    }
    sum[row] = l;
    int d = 0;
    for (; d + 4 * LANES <= width; d += 4 * LANES) {
      accumulate4(values, d, width, low, high, p, o, row * width + d, rescale);
    }
    for (; d < width; d += LANES) {
      accumulate(values, d, width, low, high, p, o, row * width + d, rescale);
    }
  }

  private void addBiases(int s, int head, int i, int first, int low, int high) {
    if (spec.bias().isPresent()) {
      long at = s * spec.biasSequence() + head * spec.biasHead() + i * spec.biasRow();
      for (int j = low; j < high; j++) {
        p[j] += Packing.element(spec.bias(), at + (first + j) * spec.biasCol());
      }
    }
    Relative relative = spec.relative();
    if (relative.isPresent()) {
      int place = segments.queryPlace(s, i);
      long table = (long) head * relative.columns();
      for (int j = low; j < high; j++) {
        int column = relative.column(segments.keyPlace(s, first + j) - place);
        p[j] += Packing.element(relative.table(), table + column);
      }
    }
  }

  /** Products of a row with KEYS packed keys. */
  private static void scores(float[] keys, int at, float[] q, int qo, int dim, float[] p, int po) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int at1 = at + dim * LANES;
    int at2 = at1 + dim * LANES;
    int at3 = at2 + dim * LANES;
    for (int d = 0; d < dim; d++) {
      FloatVector x = FloatVector.broadcast(SPECIES, q[qo + d]);
      s0 = x.fma(FloatVector.fromArray(SPECIES, keys, at + d * LANES), s0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, keys, at1 + d * LANES), s1);
      s2 = x.fma(FloatVector.fromArray(SPECIES, keys, at2 + d * LANES), s2);
      s3 = x.fma(FloatVector.fromArray(SPECIES, keys, at3 + d * LANES), s3);
    }
    s0.intoArray(p, po);
    s1.intoArray(p, po + LANES);
    s2.intoArray(p, po + 2 * LANES);
    s3.intoArray(p, po + 3 * LANES);
  }

  private static void scale(float[] p, int from, int to, float scale) {
    for (int j = from; j < to; j += LANES) {
      FloatVector.fromArray(SPECIES, p, j).mul(scale).intoArray(p, j);
    }
  }

  private static float greatest(float[] p, int from, int to, float before, float[] lanes) {
    FloatVector m = FloatVector.broadcast(SPECIES, before);
    for (int j = from; j < to; j += LANES) {
      FloatVector s = FloatVector.fromArray(SPECIES, p, j);
      m = m.blend(s, s.compare(VectorOperators.GT, m));
    }
    m.intoArray(lanes, 0);
    float result = before;
    for (int i = 0; i < LANES; i++) {
      result = lanes[i] > result ? lanes[i] : result;
    }
    return result;
  }

  /** {@code o = o * rescale + sum of p[j] * values[j]} for four vectors of elements. */
  private static void accumulate4(
      float[] values,
      int at,
      int width,
      int low,
      int high,
      float[] p,
      float[] o,
      int to,
      float rescale) {
    FloatVector o0 = FloatVector.fromArray(SPECIES, o, to).mul(rescale);
    FloatVector o1 = FloatVector.fromArray(SPECIES, o, to + LANES).mul(rescale);
    FloatVector o2 = FloatVector.fromArray(SPECIES, o, to + 2 * LANES).mul(rescale);
    FloatVector o3 = FloatVector.fromArray(SPECIES, o, to + 3 * LANES).mul(rescale);
    for (int j = low; j < high; j++) {
      FloatVector w = FloatVector.broadcast(SPECIES, p[j]);
      int v = at + j * width;
      o0 = w.fma(FloatVector.fromArray(SPECIES, values, v), o0);
      o1 = w.fma(FloatVector.fromArray(SPECIES, values, v + LANES), o1);
      o2 = w.fma(FloatVector.fromArray(SPECIES, values, v + 2 * LANES), o2);
      o3 = w.fma(FloatVector.fromArray(SPECIES, values, v + 3 * LANES), o3);
    }
    o0.intoArray(o, to);
    o1.intoArray(o, to + LANES);
    o2.intoArray(o, to + 2 * LANES);
    o3.intoArray(o, to + 3 * LANES);
  }

  private static void accumulate(
      float[] values,
      int at,
      int width,
      int low,
      int high,
      float[] p,
      float[] o,
      int to,
      float rescale) {
    FloatVector sum = FloatVector.fromArray(SPECIES, o, to).mul(rescale);
    for (int j = low; j < high; j++) {
      FloatVector w = FloatVector.broadcast(SPECIES, p[j]);
      sum = w.fma(FloatVector.fromArray(SPECIES, values, at + j * width), sum);
    }
    sum.intoArray(o, to);
  }

  /** Divides a row by its sum and stores it. */
  private void finish(int row, long origin) {
    float l = sum[row];
    float inverse = 1f / l;
    for (int d = row * width; d < (row + 1) * width; d++) {
      o[d] = l == 0f ? 0f : o[d] * inverse;
    }
    AttentionTile.storeRow(o, row * width, call.out().buf(), origin, dim);
  }

  private static void store(Buf logSumExp, long index, float l, float m) {
    float value = l == 0f ? Float.NEGATIVE_INFINITY : m + FloatMath.log(l);
    logSumExp
        .segment()
        .set(ValueLayout.JAVA_FLOAT_UNALIGNED, logSumExp.offset() + 4 * index, value);
  }
}
