package dev.weft.nn;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A batch of token sequences without padding: their tokens one after the other, where each sequence
 * starts, and a position for every token.
 *
 * <p>A sequence that was cut out of a padded row keeps the column of every token there, because
 * distances in attention are between columns. It may begin with onlookers: tokens that read the
 * others and that none reads, as the padding in column 0 that some poolers look at; and end with
 * one.
 */
public final class Packed {
  private final int[] starts;
  private final long[] ids;
  private final long[] positions;
  private final boolean positioned;
  private final int[] examples;
  private final int[] lengths;
  private final int[] onlookers;
  private final boolean[] lastOnlooker;
  private final int[] columns;
  private final int width;
  private final long[] types;
  private final boolean typed;

  /** Made when they are first asked for, and the same whoever makes them. */
  private volatile long @Nullable [] rowKeys;

  private volatile @Nullable Segments segments;

  private Packed(
      int[] starts,
      long[] ids,
      long[] positions,
      boolean positioned,
      int[] examples,
      int[] lengths,
      int[] onlookers,
      boolean[] lastOnlooker,
      int[] columns,
      int width,
      long[] types,
      boolean typed) {
    this.starts = starts;
    this.ids = ids;
    this.positions = positions;
    this.positioned = positioned;
    this.examples = examples;
    this.lengths = lengths;
    this.onlookers = onlookers;
    this.lastOnlooker = lastOnlooker;
    this.columns = columns;
    this.width = width;
    this.types = types;
    this.typed = typed;
  }

  /** Sequences called 0, 1, 2 ... */
  public static Packed of(List<int[]> sequences) {
    return of(sequences, IntStream.range(0, sequences.size()).toArray());
  }

  /**
   * Sequences with positions from 0.
   *
   * @param examples what each sequence is called in the keys of dropout masks: a number that does
   *     not depend on what else is in the batch
   * @throws IllegalArgumentException when a sequence is empty
   */
  public static Packed of(List<int[]> sequences, int[] examples) {
    if (examples.length != sequences.size()) {
      throw new IllegalArgumentException(
          "expected " + sequences.size() + " example numbers, got " + examples.length);
    }
    int[] starts = new int[sequences.size()];
    int[] lengths = new int[sequences.size()];
    int total = 0;
    for (int s = 0; s < starts.length; s++) {
      starts[s] = total;
      lengths[s] = sequences.get(s).length;
      if (lengths[s] == 0) {
        throw new IllegalArgumentException("sequence " + s + " of the batch has no tokens");
      }
      total = Math.addExact(total, lengths[s]);
    }
    long[] ids = new long[total];
    long[] positions = new long[total];
    int[] columns = new int[total];
    for (int s = 0; s < starts.length; s++) {
      int[] sequence = sequences.get(s);
      for (int t = 0; t < sequence.length; t++) {
        ids[starts[s] + t] = sequence[t];
        positions[starts[s] + t] = t;
        columns[starts[s] + t] = t;
      }
    }
    return new Packed(
        starts,
        ids,
        positions,
        false,
        examples.clone(),
        lengths,
        new int[starts.length],
        new boolean[starts.length],
        columns,
        Arrays.stream(lengths).max().orElse(0),
        new long[total],
        false);
  }

  /** The same batch with other positions, one a token. */
  public Packed withPositions(long[] positions) {
    if (positions.length != ids.length) {
      throw new IllegalArgumentException(
          "expected " + ids.length + " positions, got " + positions.length);
    }
    return new Packed(
        starts,
        ids,
        positions.clone(),
        true,
        examples,
        lengths,
        onlookers,
        lastOnlooker,
        columns,
        width,
        types,
        typed);
  }

  /** The same batch with a type for every token (token_type_ids); without, all are 0. */
  public Packed withTypes(long[] types) {
    if (types.length != ids.length) {
      throw new IllegalArgumentException("expected " + ids.length + " types, got " + types.length);
    }
    return new Packed(
        starts,
        ids,
        positions,
        positioned,
        examples,
        lengths,
        onlookers,
        lastOnlooker,
        columns,
        width,
        types.clone(),
        true);
  }

  /**
   * The same batch cut out of padded rows.
   *
   * @param columns of every token in its row; those of a sequence ascend
   * @param onlookers how many tokens at the start of each sequence are onlookers
   */
  public Packed withColumns(int[] columns, int[] onlookers) {
    if (columns.length != ids.length || onlookers.length != starts.length) {
      throw new IllegalArgumentException(
          "expected "
              + ids.length
              + " columns and "
              + starts.length
              + " numbers of onlookers, got "
              + columns.length
              + " and "
              + onlookers.length);
    }
    for (int s = 0; s < starts.length; s++) {
      for (int row = starts[s] + 1; row < starts[s] + lengths[s]; row++) {
        if (columns[row] <= columns[row - 1]) {
          throw new IllegalArgumentException(
              "columns of sequence "
                  + s
                  + " do not ascend: "
                  + columns[row - 1]
                  + ", "
                  + columns[row]);
        }
      }
      if (onlookers[s] < 0 || onlookers[s] >= lengths[s]) {
        throw new IllegalArgumentException(
            "sequence " + s + " of " + lengths[s] + " tokens with " + onlookers[s] + " onlookers");
      }
    }
    return new Packed(
        starts,
        ids,
        positions,
        positioned,
        examples,
        lengths,
        onlookers.clone(),
        lastOnlooker,
        columns.clone(),
        Math.max(width, Arrays.stream(columns).max().orElse(0) + 1),
        types,
        typed);
  }

  /** The same batch where the last token of some sequences is an onlooker. */
  public Packed withLastOnlookers(boolean[] last) {
    if (last.length != starts.length) {
      throw new IllegalArgumentException(
          "expected one value for each of " + starts.length + " sequences, got " + last.length);
    }
    for (int s = 0; s < last.length; s++) {
      if (last[s] && onlookers[s] + 1 >= lengths[s]) {
        throw new IllegalArgumentException(
            "sequence " + s + " of " + lengths[s] + " tokens has none but onlookers");
      }
    }
    return new Packed(
        starts,
        ids,
        positions,
        positioned,
        examples,
        lengths,
        onlookers,
        last.clone(),
        columns,
        width,
        types,
        typed);
  }

  /** The same batch cut out of rows of so many columns, padding behind the last token included. */
  public Packed withWidth(int columnsOfRow) {
    return new Packed(
        starts,
        ids,
        positions,
        positioned,
        examples,
        lengths,
        onlookers,
        lastOnlooker,
        columns,
        Math.max(width, columnsOfRow),
        types,
        typed);
  }

  /** Number of columns of the padded rows; without, the length of the longest sequence. */
  public int width() {
    return width;
  }

  /** Number of sequences. */
  public int sequences() {
    return starts.length;
  }

  /** Number of tokens. */
  public int tokens() {
    return ids.length;
  }

  /** Row of the first token of sequence {@code s}. */
  public int start(int s) {
    return starts[s];
  }

  /** Number of tokens of sequence {@code s}. */
  public int length(int s) {
    return lengths[s];
  }

  /** How many tokens at the start of sequence {@code s} are onlookers. */
  public int onlookers(int s) {
    return onlookers[s];
  }

  /** Whether the last token of sequence {@code s} is an onlooker. */
  public boolean endsWithOnlooker(int s) {
    return lastOnlooker[s];
  }

  /** Token ids, I64 [tokens]. */
  public Tensor ids() {
    return Tensor.of(ids, ids.length);
  }

  /** Positions, I64 [tokens]. */
  public Tensor positions() {
    return Tensor.of(positions, positions.length);
  }

  /** Whether positions were given: else they are 0, 1, 2 ... in every sequence. */
  public boolean isPositioned() {
    return positioned;
  }

  /** Column of each token in the padded row it was cut out of; without, its place, 0, 1, 2 ... */
  public int[] columns() {
    return columns.clone();
  }

  /** Whether types were given: else all are 0. */
  public boolean isTyped() {
    return typed;
  }

  /** Types (token_type_ids), I64 [tokens]. */
  public Tensor types() {
    return Tensor.of(types, types.length);
  }

  /** Row of each sequence's first token, I64 [sequences]. */
  public Tensor firstRows() {
    return Tensor.of(starts, starts.length);
  }

  /** Row of each sequence's last token, I64 [sequences]. */
  public Tensor lastRows() {
    return Tensor.of(
        IntStream.range(0, starts.length).map(s -> starts[s] + lengths[s] - 1).toArray(),
        starts.length);
  }

  /** Sequence each token belongs to, I64 [tokens]. */
  public Tensor sequenceOfRow() {
    long[] rows = new long[ids.length];
    for (int s = 0; s < starts.length; s++) {
      Arrays.fill(rows, starts[s], starts[s] + lengths[s], s);
    }
    return Tensor.of(rows, rows.length);
  }

  /** What each row is called in the keys of dropout masks, I64 [tokens]. */
  public Tensor rowKeys() {
    long[] keys = rowKeys;
    if (keys == null) {
      keys = keysOfRows();
      rowKeys = keys;
    }
    return Tensor.of(keys, keys.length);
  }

  private long[] keysOfRows() {
    long[] keys = new long[ids.length];
    for (int s = 0; s < starts.length; s++) {
      for (int t = 0; t < lengths[s]; t++) {
        keys[starts[s] + t] = ((long) examples[s] << 32) | t;
      }
    }
    return keys;
  }

  /** What each sequence is called in the keys of dropout masks, I64 [sequences]. */
  public Tensor sequenceKeys() {
    return Tensor.of(examples, examples.length);
  }

  /** The sequences as attention sees them: each attends to itself, but for onlookers. */
  public Segments segments() {
    Segments made = segments;
    if (made == null) {
      made = makeSegments();
      segments = made;
    }
    return made;
  }

  private Segments makeSegments() {
    int[] keyStarts = starts.clone();
    int[] keyLengths = lengths.clone();
    boolean placed = hasHoles();
    for (int s = 0; s < starts.length; s++) {
      keyStarts[s] += onlookers[s];
      keyLengths[s] -= onlookers[s] + (lastOnlooker[s] ? 1 : 0);
      // Places by order would take the last query for the last key's neighbour.
      placed |= lastOnlooker[s];
    }
    Segments made = new Segments(starts, lengths, keyStarts, keyLengths, examples);
    return placed ? made.withPlaces(columns, columns) : made;
  }

  /** Whether columns between those of two neighbours in a sequence are left out. */
  private boolean hasHoles() {
    for (int s = 0; s < starts.length; s++) {
      for (int row = starts[s] + 1; row < starts[s] + lengths[s]; row++) {
        if (columns[row] != columns[row - 1] + 1) {
          return true;
        }
      }
    }
    return false;
  }
}
