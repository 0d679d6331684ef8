package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import java.util.Arrays;

/**
 * The loops over some strided operands of common dims, coalesced: sizes of 1 are dropped and
 * neighbouring dimensions that every operand walks evenly are one. What remains is rows of {@link
 * #inner()} elements, each operand with a fixed stride inside a row.
 */
public final class Nest {
  private final long[] dims;
  private final long[][] strides;
  private final long rows;

  private Nest(long[] dims, long[][] strides) {
    this.dims = dims;
    this.strides = strides;
    long count = 1;
    for (int d = 0; d < dims.length - 1; d++) {
      count *= dims[d];
    }
    this.rows = count;
  }

  /** Coalesces {@code dims} with one array of strides (in elements) an operand. */
  public static Nest of(long[] dims, long[]... strides) {
    int operands = strides.length;
    long[] size = new long[Math.max(1, dims.length)];
    long[][] step = new long[operands][size.length];
    int rank = 0;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 1) {
        continue;
      }
      boolean merge = rank > 0;
      for (int o = 0; o < operands && merge; o++) {
        merge = step[o][rank - 1] == strides[o][d] * dims[d];
      }
      int at = merge ? rank - 1 : rank++;
      size[at] = merge ? size[at] * dims[d] : dims[d];
      for (int o = 0; o < operands; o++) {
        step[o][at] = strides[o][d];
      }
    }
    if (rank == 0) {
      size[0] = 1;
      rank = 1;
    }
    long[][] kept = new long[operands][];
    for (int o = 0; o < operands; o++) {
      kept[o] = Arrays.copyOf(step[o], rank);
    }
    return new Nest(Arrays.copyOf(size, rank), kept);
  }

  /** Strides of a dense row-major operand. */
  public static long[] dense(long[] dims) {
    long[] strides = new long[dims.length];
    long step = 1;
    for (int d = dims.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= dims[d];
    }
    return strides;
  }

  /** Number of dimensions left. */
  public int rank() {
    return dims.length;
  }

  /** Size of dimension d. */
  public long dim(int d) {
    return dims[d];
  }

  /** Stride of an operand along dimension d. */
  public long stride(int operand, int d) {
    return strides[operand][d];
  }

  /** Elements of a row. */
  public long inner() {
    return dims[dims.length - 1];
  }

  /** Stride of an operand inside a row. */
  public long innerStride(int operand) {
    return strides[operand][dims.length - 1];
  }

  /** A piece of a row: element offset of each operand, and how many elements. */
  @FunctionalInterface
  public interface Piece {
    /** Runs the piece. */
    void run(long[] offsets, int n);
  }

  /** Runs every row, long rows in pieces, through the workers. */
  public void pieces(Piece body) {
    long inner = inner();
    if (inner == 0 || rows == 0) {
      return;
    }
    long cuts = Math.ceilDiv(inner, Tasks.ELEMENTS);
    long per = Math.max(1, Tasks.ELEMENTS / inner);
    Tasks.split(
        rows * cuts,
        per,
        (from, to) -> {
          Scratch scratch = Scratch.borrow();
          long[] offsets = scratch.longs(strides.length);
          for (long unit = from; unit < to; unit++) {
            long start = unit % cuts * Tasks.ELEMENTS;
            for (int o = 0; o < strides.length; o++) {
              offsets[o] = start * innerStride(o);
            }
            long rest = unit / cuts;
            for (int d = dims.length - 2; d >= 0 && rest > 0; d--) {
              long index = rest % dims[d];
              rest /= dims[d];
              for (int o = 0; o < strides.length; o++) {
                offsets[o] += index * strides[o][d];
              }
            }
            body.run(offsets, (int) Math.min(Tasks.ELEMENTS, inner - start));
          }
          scratch.giveBack();
        });
  }
}
