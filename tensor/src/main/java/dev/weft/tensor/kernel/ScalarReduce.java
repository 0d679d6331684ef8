package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Reductions over one dimension, in an order that depends on the shape alone.
 *
 * <p>Contiguous rows (inner 1) are cut in chunks of {@link #ROW_CHUNK} elements, each summed in 16
 * lanes; columns (inner above 1) in chunks of {@link #COLUMN_CHUNK} rows, each summed in order from
 * +0. Partial sums are added in order. MAX takes the first of the largest elements: NaN is largest
 * and zeros of either sign are equal.
 */
public final class ScalarReduce {
  /** Elements of a chunk of a contiguous row. */
  public static final int ROW_CHUNK = 1 << 16;

  /** Rows of a chunk of columns. */
  public static final int COLUMN_CHUNK = 1024;

  /** Columns that a task sums side by side; no part of the definition. */
  private static final int BLOCK = 1024;

  private static final int PARTIAL_SLOT = 0;
  private static final int SUMS_SLOT = 1;

  /** Sums one piece of a contiguous row. */
  @FunctionalInterface
  public interface RowSum {
    /** The sum of n elements from byte {@code base}. */
    float sum(long base, int n);
  }

  /** Sums some columns over the rows of a chunk. */
  @FunctionalInterface
  public interface ColumnSum {
    /** Adds {@code rows} rows, row 0 at byte {@code base}, to {@code sums[0 .. cols - 1]}. */
    void add(long base, int rows, int cols, float[] sums);
  }

  private ScalarReduce() {}

  /** {@link KernelCall.Reduce}. */
  public static void run(KernelCall.Reduce call) {
    MemorySegment x = call.x().segment();
    boolean squares = call.kind() == KernelCall.ReduceKind.SUM_OF_SQUARES;
    if (call.kind() == KernelCall.ReduceKind.MAX) {
      max(call);
    } else if (call.inner() == 1) {
      sumRows(
          call,
          (base, n) -> squares ? ScalarSums.squares(x, base, n, 0f) : ScalarSums.sum(x, base, n));
    } else {
      sumColumns(call, (base, rows, cols, sums) -> addColumns(call, base, rows, 0, cols, sums));
    }
  }

  /**
   * Adds columns {@code from .. to - 1} to their sums: the body, and the tail of the vector body.
   */
  public static void addColumns(
      KernelCall.Reduce call, long base, int rows, int from, int to, float[] sums) {
    boolean squares = call.kind() == KernelCall.ReduceKind.SUM_OF_SQUARES;
    for (int r = 0; r < rows; r++) {
      long row = base + 4 * call.inner() * r;
      for (int c = from; c < to; c++) {
        float value = Elements.get(call.x().segment(), row, c);
        sums[c] = squares ? Math.fma(value, value, sums[c]) : sums[c] + value;
      }
    }
  }

  /** The chunks of contiguous rows, joined in order; shared with the vector body. */
  public static void sumRows(KernelCall.Reduce call, RowSum body) {
    if (call.n() <= ROW_CHUNK) {
      Tasks.rows(
          call.outer(),
          call.n(),
          (from, to) -> {
            for (long o = from; o < to; o++) {
              long base = call.x().offset() + 4 * o * call.n();
              Elements.set(
                  call.y().segment(), call.y().offset(), o, body.sum(base, (int) call.n()));
            }
          });
      return;
    }
    Scratch scratch = Scratch.borrow();
    try {
      for (long o = 0; o < call.outer(); o++) {
        long base = call.x().offset() + 4 * o * call.n();
        Elements.set(
            call.y().segment(), call.y().offset(), o, sumRow(base, call.n(), body, scratch));
      }
    } finally {
      scratch.giveBack();
    }
  }

  private static float sumRow(long base, long n, RowSum body, Scratch scratch) {
    int chunks = Math.toIntExact(Math.ceilDiv(n, ROW_CHUNK));
    float[] partial = scratch.floats(PARTIAL_SLOT, chunks);
    Tasks.split(
        chunks,
        1,
        (from, to) -> {
          for (long c = from; c < to; c++) {
            long start = c * ROW_CHUNK;
            partial[(int) c] = body.sum(base + 4 * start, (int) Math.min(ROW_CHUNK, n - start));
          }
        });
    float sum = partial[0];
    for (int c = 1; c < chunks; c++) {
      sum += partial[c];
    }
    return sum;
  }

  /** The chunks and blocks of columns, joined in order; shared with the vector body. */
  public static void sumColumns(KernelCall.Reduce call, ColumnSum body) {
    int chunks = Math.toIntExact(Math.max(1, Math.ceilDiv(call.n(), COLUMN_CHUNK)));
    Scratch scratch = Scratch.borrow();
    try {
      long count = chunks == 1 ? 0 : Math.multiplyExact(call.outer() * chunks, call.inner());
      float[] partial = scratch.floats(PARTIAL_SLOT, count);
      sumColumns(call, body, chunks, partial);
      if (chunks > 1) {
        joinColumns(call, chunks, partial);
      }
    } finally {
      scratch.giveBack();
    }
  }

  private static void sumColumns(
      KernelCall.Reduce call, ColumnSum body, int chunks, float[] partial) {
    long inner = call.inner();
    int blocks = Math.toIntExact(Math.ceilDiv(inner, BLOCK));
    long work = Math.min(call.n(), COLUMN_CHUNK) * Math.min(inner, BLOCK);
    Tasks.split(
        call.outer() * chunks * blocks,
        Math.max(1, 2L * Tasks.ELEMENTS / Math.max(1, work)),
        (from, to) -> {
          Scratch own = Scratch.borrow();
          float[] sums = own.floats(SUMS_SLOT, Math.min(inner, BLOCK));
          for (long unit = from; unit < to; unit++) {
            long column = unit % blocks * BLOCK;
            long part = unit / blocks;
            long outer = part / chunks;
            long row = part % chunks * COLUMN_CHUNK;
            int rows = (int) Math.min(COLUMN_CHUNK, call.n() - row);
            int cols = (int) Math.min(BLOCK, inner - column);
            Arrays.fill(sums, 0, cols, 0f);
            long first = (outer * call.n() + row) * inner + column;
            body.add(call.x().offset() + 4 * first, rows, cols, sums);
            for (int c = 0; c < cols; c++) {
              if (chunks == 1) {
                long at = outer * inner + column + c;
                Elements.set(call.y().segment(), call.y().offset(), at, sums[c]);
              } else {
                partial[(int) (part * inner + column + c)] = sums[c];
              }
            }
          }
          own.giveBack();
        });
  }

  private static void joinColumns(KernelCall.Reduce call, int chunks, float[] partial) {
    long inner = call.inner();
    for (long outer = 0; outer < call.outer(); outer++) {
      for (int c = 0; c < inner; c++) {
        int at = (int) (outer * chunks * inner + c);
        float sum = partial[at];
        for (int chunk = 1; chunk < chunks; chunk++) {
          sum += partial[(int) (at + chunk * inner)];
        }
        Elements.set(call.y().segment(), call.y().offset(), outer * inner + c, sum);
      }
    }
  }

  private static void max(KernelCall.Reduce call) {
    checkNotEmpty(call);
    Tasks.rows(
        call.outer() * call.inner(),
        call.n(),
        (from, to) -> {
          for (long out = from; out < to; out++) {
            long base =
                call.x().offset()
                    + 4 * (out / call.inner() * call.n() * call.inner() + out % call.inner());
            float best = Elements.get(call.x().segment(), base, 0);
            long at = 0;
            for (long i = 1; i < call.n() && !Float.isNaN(best); i++) {
              float value = Elements.get(call.x().segment(), base, i * call.inner());
              if (!(value <= best)) {
                best = value;
                at = i;
              }
            }
            writeMax(call, out, best, at);
          }
        });
  }

  /** Refuses the maximum of nothing. */
  public static void checkNotEmpty(KernelCall.Reduce call) {
    if (call.n() == 0 && call.outer() * call.inner() > 0) {
      throw new IllegalArgumentException("max: expected at least one element to reduce, got none");
    }
  }

  /** Writes a maximum and, where asked for, its position. */
  public static void writeMax(KernelCall.Reduce call, long out, float best, long at) {
    Elements.set(call.y().segment(), call.y().offset(), out, best);
    if (call.index().isPresent()) {
      Elements.setLong(call.index().segment(), call.index().offset(), out, at);
    }
  }
}
