package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Gather and scatter-add of table rows by id. Ids are checked before anything is written.
 *
 * <p>Scatter-add sorts the positions by id, equal ids in order of position, and one task adds all
 * the rows of an id: each row of {@code out} is one chain of additions in order of position.
 */
public final class ScalarRows {
  /** Where the id begins in a key of scatter-add; the position lies below it. */
  private static final int ID_SHIFT = 32;

  private static final long POSITION = (1L << ID_SHIFT) - 1;

  private static final int DIGIT_BITS = 8;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private ScalarRows() {}

  /** Adds row {@code position} of the source to row {@code id} of the output. */
  @FunctionalInterface
  public interface RowAdd {
    /** Adds one row. */
    void add(long position, long id);
  }

  /** {@link KernelCall.Gather}; the number of ids is what {@code out} holds in rows. */
  public static void run(KernelCall.Gather call) {
    long count = call.ids().length();
    checkIds("gather", call.ids(), call.rows());
    Elements.need("gather: out", call.out(), count * call.cols());
    DType type = call.table().dtype();
    Tasks.rows(
        count,
        call.cols(),
        (from, to) -> {
          for (long i = from; i < to; i++) {
            long id = Elements.getLong(call.ids().segment(), call.ids().offset(), i);
            long in = call.table().offset() + id * call.cols() * type.bytes();
            long out = call.out().offset() + i * call.cols() * 4;
            if (type == DType.F32) {
              MemorySegment.copy(
                  call.table().segment(), in, call.out().segment(), out, call.cols() * 4);
            } else {
              for (int c = 0; c < call.cols(); c++) {
                long at = in + (long) type.bytes() * c;
                Elements.set(
                    call.out().segment(),
                    out,
                    c,
                    Elements.readFloat(call.table().segment(), at, type));
              }
            }
          }
        });
  }

  /** {@link KernelCall.ScatterAdd}. */
  public static void run(KernelCall.ScatterAdd call) {
    scatter(
        call,
        (position, id) -> {
          long src = call.src().offset() + 4 * position * call.cols();
          long out = call.out().offset() + 4 * id * call.cols();
          for (int c = 0; c < call.cols(); c++) {
            float sum =
                Elements.get(call.out().segment(), out, c)
                    + Elements.get(call.src().segment(), src, c);
            Elements.set(call.out().segment(), out, c, sum);
          }
        });
  }

  /** Sorts and runs the additions; shared with the vector body. */
  public static void scatter(KernelCall.ScatterAdd call, RowAdd body) {
    int count = Math.toIntExact(call.ids().length());
    int rows = Math.toIntExact(call.rows());
    checkIds("scatter-add", call.ids(), rows);
    Elements.need("scatter-add: src", call.src(), count * call.cols());
    Scratch scratch = Scratch.borrow();
    try {
      long[] keys = scratch.longs(Math.multiplyExact(2, count));
      for (int i = 0; i < count; i++) {
        keys[i] = Elements.getLong(call.ids().segment(), call.ids().offset(), i) << ID_SHIFT | i;
      }
      int start = sort(keys, count, rows, scratch.words(DIGITS + 1));
      Tasks.rows(
          count,
          call.cols(),
          (from, to) -> scatter(keys, start, start + count, start + from, start + to, body));
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * Sorts the first {@code count} keys by their ids, digit by digit, with the {@code count} after
   * them as the other side of each pass; keys of one id stay in their order. (The sort of the JDK
   * allocates where it finds ascending runs, more for more keys.)
   *
   * @return where the first key is: 0 or {@code count}
   */
  private static int sort(long[] keys, int count, int rows, int[] ends) {
    int in = 0;
    int out = count;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, rows - 1));
    for (int shift = ID_SHIFT; shift < ID_SHIFT + bits; shift += DIGIT_BITS) {
      Arrays.fill(ends, 0, DIGITS + 1, 0);
      for (int i = in; i < in + count; i++) {
        ends[digit(keys[i], shift) + 1]++;
      }
      for (int d = 0; d < DIGITS; d++) {
        ends[d + 1] += ends[d];
      }
      for (int i = in; i < in + count; i++) {
        keys[out + ends[digit(keys[i], shift)]++] = keys[i];
      }
      int swapped = in;
      in = out;
      out = swapped;
    }
    return in;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & DIGITS - 1;
  }

  /**
   * Runs the additions of keys {@code from .. to - 1}, and the rest of the last one's row; keys
   * {@code first .. end - 1} are all.
   */
  private static void scatter(long[] keys, int first, int end, long from, long to, RowAdd body) {
    int i = (int) from;
    while (i > first && i < end && id(keys[i]) == id(keys[i - 1])) {
      i++;
    }
    for (; i < end; i++) {
      if (i >= to && id(keys[i]) != id(keys[i - 1])) {
        return;
      }
      body.add(keys[i] & POSITION, id(keys[i]));
    }
  }

  private static long id(long key) {
    return key >>> ID_SHIFT;
  }

  private static void checkIds(String kernel, Buf ids, long rows) {
    for (long i = 0; i < ids.length(); i++) {
      long id = Elements.getLong(ids.segment(), ids.offset(), i);
      if (id < 0 || id >= rows) {
        throw new IllegalArgumentException(
            kernel + ": id " + id + " at position " + i + " is not a row of a table of " + rows);
      }
    }
  }
}
