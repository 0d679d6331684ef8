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
    long count = call.ids().length();
    checkIds("scatter-add", call.ids(), call.rows());
    Elements.need("scatter-add: src", call.src(), count * call.cols());
    Math.multiplyExact(call.rows(), Math.max(1, count));
    Scratch scratch = Scratch.borrow();
    try {
      long[] order = scratch.longs(Math.toIntExact(count));
      for (int i = 0; i < count; i++) {
        order[i] = Elements.getLong(call.ids().segment(), call.ids().offset(), i) * count + i;
      }
      Arrays.sort(order, 0, (int) count);
      Tasks.rows(count, call.cols(), (from, to) -> scatter(order, count, from, to, body));
    } finally {
      scratch.giveBack();
    }
  }

  /** Runs the additions {@code from .. to - 1}, and the rest of the last one's row. */
  private static void scatter(long[] order, long count, long from, long to, RowAdd body) {
    int i = (int) from;
    while (i > 0 && i < count && order[i] / count == order[i - 1] / count) {
      i++;
    }
    for (; i < count; i++) {
      long id = order[i] / count;
      if (i >= to && id != order[i - 1] / count) {
        return;
      }
      body.add(order[i] % count, id);
    }
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
