package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A tile of query rows of one sequence and key-value head, one row a lane. The rows of a key-value
 * head are its queries head after head of the group, so that one query of four heads fills four
 * lanes. Keys run down a tile: scores lie as {@code [key][lane]}, so no operation crosses lanes,
 * and a tile of scores is a panel that the micro-kernel multiplies as it stands.
 */
final class AttentionTile {
  private final Segments segments;
  private final AttentionSpec spec;
  private final int group;
  private final int[] head = new int[COLUMNS];
  private final int[] query = new int[COLUMNS];
  private final int[] from = new int[COLUMNS];
  private final int[] limit = new int[COLUMNS];
  private final int[] site = new int[COLUMNS];

  private int sequence;
  private int lanes;
  private int first;
  private int end;
  private int firstOfAll;
  private int endOfAll;

  AttentionTile(Segments segments, AttentionSpec spec) {
    this.segments = segments;
    this.spec = spec;
    group = spec.heads() / spec.keyValueHeads();
  }

  /** Moves to the rows {@code row .. row + COLUMNS - 1} of the key-value head, or to its end. */
  void moveTo(int sequence, int keyValueHead, int row) {
    this.sequence = sequence;
    int queries = segments.queryLength()[sequence];
    int keys = segments.keyLength()[sequence];
    lanes = Math.min(COLUMNS, group * queries - row);
    first = keys;
    end = 0;
    firstOfAll = 0;
    endOfAll = keys;
    int h = row / queries;
    int i = row % queries;
    for (int lane = 0; lane < lanes; lane++) {
      head[lane] = keyValueHead * group + h;
      query[lane] = i;
      from[lane] = spec.firstKey(segments, sequence, i);
      limit[lane] = spec.endKey(segments, sequence, i);
      site[lane] = spec.dropoutSite() * spec.heads() + head[lane];
      first = Math.min(first, from[lane]);
      end = Math.max(end, limit[lane]);
      firstOfAll = Math.max(firstOfAll, from[lane]);
      endOfAll = Math.min(endOfAll, limit[lane]);
      if (++i == queries) {
        i = 0;
        h++;
      }
    }
    Arrays.fill(limit, lanes, COLUMNS, 0);
  }

  /** The sequence it lies in. */
  int sequence() {
    return sequence;
  }

  /** How many lanes hold a row. */
  int lanes() {
    return lanes;
  }

  /** Keys below this one are seen by none. */
  int first() {
    return first;
  }

  /** Keys from this one on are seen by none. */
  int end() {
    return end;
  }

  /** Of {@code n} keys from {@code key}, the first that every lane sees; n for none. */
  int firstOfAll(int key, int n) {
    return Math.clamp((long) firstOfAll - key, 0, n);
  }

  /** Of {@code n} keys from {@code key}, the end of those that every lane sees. */
  int endOfAll(int key, int n) {
    return Math.clamp((long) endOfAll - key, firstOfAll(key, n), n);
  }

  /** Whether all lanes are of one head, so that their queries follow each other. */
  boolean isOfOneHead() {
    return endOfHead(0) == lanes;
  }

  int head(int lane) {
    return head[lane];
  }

  int query(int lane) {
    return query[lane];
  }

  boolean sees(int lane, int key) {
    return key >= from[lane] && key < limit[lane];
  }

  /** The lanes, of {@code v} the first, that see {@code key}. */
  VectorMask<Float> seeing(int key, int v) {
    return IntVector.fromArray(Species.I32, limit, v)
        .compare(VectorOperators.GT, key)
        .and(IntVector.fromArray(Species.I32, from, v).compare(VectorOperators.LE, key))
        .cast(SPECIES);
  }

  /** Element 0 of a lane's row. */
  private long origin(Heads x, int lane) {
    return (segments.queryStart()[sequence] + (long) query[lane]) * x.rowStride()
        + head[lane] * x.headStride();
  }

  /** End of the lanes from {@code lane} on that are of one head. */
  private int endOfHead(int lane) {
    return Math.min(lanes, lane + segments.queryLength()[sequence] - query[lane]);
  }

  /** Packs the rows as columns: {@code [d][lane]} at {@code at}. */
  void packColumns(Heads x, float[] to, int at) {
    int dim = spec.headDim();
    if (endOfHead(0) == lanes) {
      Packing.pack(x.buf(), origin(x, 0), 1, x.rowStride(), dim, lanes, COLUMNS, to, at);
      return;
    }
    for (int lane = 0; lane < lanes; lane++) {
      long origin = origin(x, lane);
      for (int d = 0; d < dim; d++) {
        to[at + d * COLUMNS + lane] = Packing.element(x.buf(), origin + d);
      }
    }
  }

  /**
   * Packs the rows as rows, in panels of COLUMNS of d: {@code [d / COLUMNS][lane][d % COLUMNS]}.
   */
  void packRows(Heads x, float[] to, int start) {
    int panel = COLUMNS * COLUMNS;
    for (int d = 0, at = start; d < spec.headDim(); d += COLUMNS, at += panel) {
      int count = Math.min(COLUMNS, spec.headDim() - d);
      for (int lane = 0; lane < lanes; lane = endOfHead(lane)) {
        int rows = endOfHead(lane) - lane;
        long origin = origin(x, lane) + d;
        int to0 = at + lane * COLUMNS;
        Packing.pack(x.buf(), origin, x.rowStride(), 1, rows, count, COLUMNS, to, to0);
      }
    }
  }

  /** Stores a tile {@code [d][lane]} to the lanes' rows; {@code spare} holds its transpose. */
  void storeColumns(float[] tile, int at, Heads x, float[] spare) {
    int dim = spec.headDim();
    int width = AttentionPanels.width(dim);
    Packing.transpose(tile, at, dim, spare, width);
    for (int lane = 0; lane < lanes; lane++) {
      storeRow(spare, lane * width, x.buf(), origin(x, lane), dim);
    }
  }

  static void storeRow(float[] from, int at, Buf x, long origin, int dim) {
    long base = x.offset() + 4 * origin;
    int whole = dim / LANES * LANES;
    for (int d = 0; d < whole; d += LANES) {
      FloatVector.fromArray(SPECIES, from, at + d)
          .intoMemorySegment(x.segment(), base + 4L * d, Species.ORDER);
    }
    for (int d = whole; d < dim; d++) {
      x.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, base + 4L * d, from[at + d]);
    }
  }

  /** Element of [heads, total rows] of a lane, {@code row} being the sequence's first row. */
  long rowIndex(int lane, long row, long rows) {
    return head[lane] * rows + row + query[lane];
  }

  /** Makes scores of {@code n} keys from {@code first}: {@code s * scale + bias}. */
  void addBias(float[] s, int first, int n, float scale) {
    Buf bias = spec.bias();
    for (int lane = 0; lane < lanes; lane++) {
      long origin =
          sequence * spec.biasSequence()
              + head[lane] * spec.biasHead()
              + query[lane] * spec.biasRow()
              + first * spec.biasCol();
      for (int j = 0; j < n; j++) {
        float value = Packing.element(bias, origin + j * spec.biasCol());
        s[j * COLUMNS + lane] = s[j * COLUMNS + lane] * scale + value;
      }
    }
  }

  /** Draws for the probability of each (key, lane), {@code n} keys from {@code first}. */
  void draw(int[] draws, int first, int n) {
    int counters = Tile.panels(n, 8);
    int example = segments.example()[sequence];
    for (int v = 0; v < COLUMNS; v += LANES) {
      VectorPhilox.draws(spec.dropoutKey(), first / 8, counters, query, example, site, v, draws);
    }
  }

  /**
   * Writes a tile of gradients of {@code n} scores from {@code first} to [sequences, heads, T, S].
   */
  void storeSeen(float[] ds, int first, int n, Buf dbias, int keys) {
    for (int lane = 0; lane < lanes; lane++) {
      long at = dbias.offset() + 4 * (biasRow(lane) * keys + first);
      for (int j = 0; j < n; j++) {
        float value = sees(lane, first + j) ? ds[j * COLUMNS + lane] : 0f;
        dbias.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * j, value);
      }
    }
  }

  /** Writes 0 for the scores of keys {@code begin .. limit - 1}, which no lane sees. */
  void clearUnseen(Buf dbias, int keys, int begin, int limit) {
    for (int lane = 0; lane < lanes; lane++) {
      long at = dbias.offset() + 4 * biasRow(lane) * keys;
      for (int j = begin; j < limit; j++) {
        dbias.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * j, 0f);
      }
    }
  }

  private long biasRow(int lane) {
    long row = (long) sequence * spec.heads() + head[lane];
    return row * segments.queryLength()[sequence] + query[lane];
  }
}
