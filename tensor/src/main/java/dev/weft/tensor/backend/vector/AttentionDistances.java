package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The bias by distance of a tile of attention, and its gradient.
 *
 * <p>Where the lanes are queries of one head in order, what a key adds to them lies contiguous in a
 * strip: from lane to lane the distance falls by one, and from key to key the strip moves on by
 * one. Other tiles (few queries of several heads, places that are given) go lane by lane.
 */
final class AttentionDistances {
  private final Segments segments;
  private final AttentionSpec spec;
  private final Relative relative;
  private final int group;
  private final float[] strip;

  /** {@code strip} has room for COLUMNS more floats than a block has keys. */
  AttentionDistances(Segments segments, AttentionSpec spec, float[] strip) {
    this.segments = segments;
    this.spec = spec;
    this.strip = strip;
    relative = spec.relative();
    group = spec.heads() / spec.keyValueHeads();
  }

  private boolean strips(AttentionTile tile) {
    return tile.isOfOneHead() && !segments.hasPlaces();
  }

  /** Makes scores of {@code n} keys from {@code first}: {@code s * scale + bias}. */
  void addBias(AttentionTile tile, float[] s, int first, int n, float scale) {
    if (!strips(tile)) {
      addByLane(tile, s, first, n, scale);
      return;
    }
    int highest = first + n - 1 - segments.queryPlace(tile.sequence(), tile.query(0));
    for (int i = 0; i < n + COLUMNS - 1; i++) {
      strip[i] = bias(tile.head(0), highest - i);
    }
    for (int j = 0; j < n; j++) {
      for (int v = 0; v < COLUMNS; v += LANES) {
        int i = j * COLUMNS + v;
        FloatVector.fromArray(SPECIES, s, i)
            .mul(scale)
            .add(FloatVector.fromArray(SPECIES, strip, n - 1 - j + v))
            .intoArray(s, i);
      }
    }
  }

  private void addByLane(AttentionTile tile, float[] s, int first, int n, float scale) {
    for (int lane = 0; lane < tile.lanes(); lane++) {
      int place = segments.queryPlace(tile.sequence(), tile.query(lane));
      for (int j = 0; j < n; j++) {
        int i = j * COLUMNS + lane;
        int distance = segments.keyPlace(tile.sequence(), first + j) - place;
        s[i] = s[i] * scale + bias(tile.head(lane), distance);
      }
    }
  }

  private float bias(int head, int distance) {
    Buf table = relative.table();
    long at = (long) head * relative.columns() + relative.column(distance);
    return table.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, table.offset() + 4 * at);
  }

  /** The place that all queries of the sequence are at or before. */
  private int lastQuery(int s) {
    return segments.queryPlace(s, segments.queryLength()[s] - 1);
  }

  /** Distances of a sequence: from its first key and last query to its last key, first query. */
  private int span(int s) {
    int keys = segments.keyLength()[s];
    if (keys == 0 || segments.queryLength()[s] == 0) {
      return 0;
    }
    return segments.keyPlace(s, keys - 1)
        - segments.keyPlace(s, 0)
        + lastQuery(s)
        - segments.queryPlace(s, 0)
        + 1;
  }

  /** Floats that {@link #addUp} needs for a sequence, all 0 at its start. */
  long sums(KernelCall.AttentionGrad call, int s) {
    return call.drelative().isPresent() ? (long) group * row(s) : 0;
  }

  /** The most floats that {@link #sums} says for a sequence. */
  long most(KernelCall.AttentionGrad call) {
    long most = 0;
    for (int s = 0; s < call.segments().count(); s++) {
      most = Math.max(most, sums(call, s));
    }
    return most;
  }

  /** A row of sums: the distances, greatest first, and what whole vectors reach behind them. */
  private int row(int s) {
    return span(s) + COLUMNS;
  }

  /** Adds the gradients of a tile's scores of {@code n} keys up by distance. */
  void addUp(AttentionTile tile, float[] ds, int first, int n, float[] sums) {
    int s = tile.sequence();
    int highest = segments.keyPlace(s, segments.keyLength()[s] - 1) - segments.queryPlace(s, 0);
    if (strips(tile)) {
      int place = segments.queryPlace(s, tile.query(0));
      int at = tile.head(0) % group * row(s) + highest - (first - place);
      for (int j = 0; j < n; j++) {
        for (int v = 0; v < COLUMNS; v += LANES) {
          FloatVector sum = FloatVector.fromArray(SPECIES, sums, at - j + v);
          FloatVector next = sum.add(FloatVector.fromArray(SPECIES, ds, j * COLUMNS + v));
          sum.blend(next, tile.seeing(first + j, v)).intoArray(sums, at - j + v);
        }
      }
      return;
    }
    for (int lane = 0; lane < tile.lanes(); lane++) {
      int at = tile.head(lane) % group * row(s) + highest;
      int place = segments.queryPlace(s, tile.query(lane));
      for (int j = 0; j < n; j++) {
        if (tile.sees(lane, first + j)) {
          sums[at - (segments.keyPlace(s, first + j) - place)] += ds[j * COLUMNS + lane];
        }
      }
    }
  }

  /** Adds the sums of key-value head {@code kv}, distances ascending, up by column of its heads. */
  void fold(float[] sums, int s, int kv, float[] tables) {
    int columns = relative.columns();
    int span = span(s);
    for (int g = 0; g < group; g++) {
      int table = (s * spec.heads() + kv * group + g) * columns;
      for (int c = 0; c < columns; c++) {
        tables[table + c] = 0f;
      }
      int lowest = span == 0 ? 0 : segments.keyPlace(s, 0) - lastQuery(s);
      for (int i = 0; i < span; i++) {
        tables[table + relative.column(lowest + i)] += sums[g * row(s) + span - 1 - i];
      }
    }
  }

  /** Adds the tables of the sequences up and stores them. */
  static void store(float[] tables, int sequences, KernelCall.AttentionGrad call) {
    int length = call.spec().heads() * call.spec().relative().columns();
    Buf x = call.drelative();
    for (int i = 0; i < length; i++) {
      float sum = 0f;
      for (int s = 0; s < sequences; s++) {
        sum += tables[s * length + i];
      }
      x.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4L * i, sum);
    }
  }
}
