package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Padded rows and the batch packed out of them: what is masked does not take part. Positions are as
 * the family gives them to the padded row, and distances in attention are between its columns.
 *
 * <p>Where the model's pooler or head looks at column 0, or at one behind the last token, and that
 * is padding, it becomes an onlooker of its sequence, as it is to transformers, whose mask hides a
 * token from others and not others from it.
 */
public final class PaddedBatch {
  private final int rows;
  private final int width;
  private final Packed packed;
  private final int[] cells; // of each packed token: row * width + column
  private final int[] sequences; // of each packed sequence: its row
  private final boolean[] onlooker; // of each packed token

  private PaddedBatch(
      int rows, int width, Packed packed, int[] cells, int[] sequences, boolean[] onlooker) {
    this.rows = rows;
    this.width = width;
    this.packed = packed;
    this.cells = cells;
    this.sequences = sequences;
    this.onlooker = onlooker;
  }

  /**
   * Packs the inputs of a stack.
   *
   * @throws IllegalArgumentException for ids, types or positions beyond the stack's tables
   */
  public static PaddedBatch of(Encoder stack, PaddedInputs inputs) {
    return of(stack, Optional.empty(), inputs);
  }

  /** The same for a stack with a head, which may look at a column behind the last token too. */
  public static PaddedBatch of(Encoder stack, Optional<Head> head, PaddedInputs inputs) {
    Tensor ids = inputs.inputIds();
    return pack(
        stack,
        row -> head.map(Head::layers).map(l -> l.column(row)).orElse(OptionalInt.empty()),
        "input_ids",
        ids,
        inputs.attentionMask().orElseGet(() -> Tensor.full(DType.I64, ids.shape(), 1)).toLongs(),
        inputs.tokenTypeIds().map(Tensor::toLongs));
  }

  /**
   * Packs rows of which every column is a token, I64 [B, D] and called {@code name} in messages,
   * that belong to the rows of this batch: a row of which nothing takes part here is left out.
   */
  public PaddedBatch beside(Encoder stack, String name, Tensor ids) {
    int columns = ids.dim(1);
    long[] mask = new long[Math.toIntExact(ids.size())];
    for (int row : sequences) {
      Arrays.fill(mask, row * columns, (row + 1) * columns, 1);
    }
    return pack(stack, row -> OptionalInt.empty(), name, ids, mask, Optional.empty());
  }

  private static PaddedBatch pack(
      Encoder stack,
      Function<long[], OptionalInt> read,
      String name,
      Tensor ids,
      long[] mask,
      Optional<long[]> types) {
    int rows = ids.dim(0);
    int width = ids.dim(1);
    long[] all = ids.toLongs();
    within(name, "vocab_size", all, stack.vocabSize(), width);
    types.ifPresent(
        given -> within("token_type_ids", "number of types", given, stack.tokenTypes(), width));
    List<int[]> sequences = new ArrayList<>();
    List<Integer> cells = new ArrayList<>();
    List<Integer> onlookers = new ArrayList<>();
    List<Boolean> ends = new ArrayList<>();
    List<Integer> rowOf = new ArrayList<>();
    long[] positions = new long[all.length];
    for (int r = 0; r < rows; r++) {
      int from = r * width;
      long[] row = Arrays.copyOfRange(all, from, from + width);
      long[] seen = Arrays.copyOfRange(mask, from, from + width);
      System.arraycopy(stack.positions(row, seen), 0, positions, from, width);
      if (Arrays.stream(seen).allMatch(m -> m == 0)) {
        continue; // nothing of this row takes part
      }
      int before = cells.size();
      boolean looksOn = stack.poolsFirstColumn() && mask[from] == 0;
      if (looksOn) {
        cells.add(from);
      }
      IntStream.range(from, from + width).filter(i -> mask[i] == 1).forEach(cells::add);
      int last = from + read.apply(row).orElse(0);
      boolean behind = last > cells.getLast();
      if (behind) {
        cells.add(last);
      }
      ends.add(behind);
      onlookers.add(looksOn ? 1 : 0);
      rowOf.add(r);
      sequences.add(
          cells.subList(before, cells.size()).stream().mapToInt(i -> (int) all[i]).toArray());
    }
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("attention_mask: expected a 1 somewhere, got only 0");
    }
    int[] cell = cells.stream().mapToInt(Integer::intValue).toArray();
    long[] placed = Arrays.stream(cell).mapToLong(i -> positions[i]).toArray();
    positioned(name, placed, cell, stack.learnedPositions(), width);
    int[] watching = onlookers.stream().mapToInt(Integer::intValue).toArray();
    Packed untyped =
        Packed.of(sequences)
            .withPositions(placed)
            .withColumns(Arrays.stream(cell).map(i -> i % width).toArray(), watching)
            .withLastOnlookers(flags(ends))
            .withWidth(width);
    // Given types of 0 are not none to a family that adds a vector for every type.
    Packed packed =
        types
            .map(given -> untyped.withTypes(Arrays.stream(cell).mapToLong(i -> given[i]).toArray()))
            .orElse(untyped);
    boolean[] onlooker = new boolean[cell.length];
    for (int i = 0; i < cell.length; i++) {
      onlooker[i] = mask[cell[i]] == 0;
    }
    return new PaddedBatch(
        rows, width, packed, cell, rowOf.stream().mapToInt(Integer::intValue).toArray(), onlooker);
  }

  private static boolean[] flags(List<Boolean> values) {
    boolean[] flags = new boolean[values.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values.get(i);
    }
    return flags;
  }

  /** The tokens that take part. */
  public Packed packed() {
    return packed;
  }

  /** Row of the padded batch that packed sequence {@code s} was cut out of. */
  public int row(int s) {
    return sequences[s];
  }

  /** Number of padded rows, B. */
  public int rows() {
    return rows;
  }

  /** Number of columns, T. */
  public int width() {
    return width;
  }

  /** [tokens, H] to [B, T, H] in F32, zero at padding; gradients do not pass. */
  public Tensor pad(Tensor x) {
    int[] to = cells.clone();
    for (int i = 0; i < to.length; i++) {
      to[i] = onlooker[i] ? -1 : to[i];
    }
    return scattered(x, to, rows * width).view(rows, width, x.dim(-1));
  }

  /** [sequences, n] to [B, n] in F32, zero where a row has no tokens; gradients do not pass. */
  public Tensor padSequences(Tensor x) {
    return scattered(x, sequences, rows);
  }

  /** [B, T, ...] to the rows of its tokens, [tokens, ...]; gradients pass. */
  public Tensor pack(Tensor x) {
    return F.indexSelect(x.reshape(rows * width, -1), Tensor.of(cells, cells.length));
  }

  private static Tensor scattered(Tensor x, int[] to, int count) {
    int n = x.dim(-1);
    float[] from = x.toFloats();
    float[] all = new float[elements(count, n)];
    for (int i = 0; i < to.length; i++) {
      if (to[i] >= 0) {
        System.arraycopy(from, i * n, all, to[i] * n, n);
      }
    }
    return Tensor.of(all, count, n);
  }

  /** The number of elements of an output, which one array must hold. */
  static int elements(long... shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    if (product > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "an output of shape "
              + Arrays.toString(shape)
              + " has more than 2^31 elements; expected fewer or shorter rows");
    }
    return (int) product;
  }

  private static void within(String name, String limit, long[] values, int count, int width) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= count) {
        throw new IllegalArgumentException(
            name
                + ": expected 0 to "
                + (count - 1)
                + " ("
                + limit
                + " "
                + count
                + "), got "
                + values[i]
                + " at "
                + PaddedInputs.place(i, width));
      }
    }
  }

  private static void positioned(String name, long[] positions, int[] cells, int limit, int width) {
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] >= limit) {
        throw new IllegalArgumentException(
            name
                + ": the model has positions for "
                + limit
                + " tokens, expected no more, got position "
                + positions[i]
                + " at "
                + PaddedInputs.place(cells[i], width));
      }
    }
  }
}
