package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.memory.Pool;
import java.util.Arrays;

/**
 * The gradient of a table of which few rows are reached: their numbers, in the order they were
 * first reached, and their values. Rows of one number are added in the order they come, so the bits
 * are those of adding to a dense gradient.
 */
final class RowGradient {
  private static final int NONE = -1;

  private final int cols;
  private final int[] placeOfRow;
  private long[] rowOfPlace = new long[16];
  private Tensor values;
  private int count;

  RowGradient(int rows, int cols) {
    this.cols = cols;
    placeOfRow = new int[rows];
    Arrays.fill(placeOfRow, NONE);
    values = zeros(rowOfPlace.length, cols);
  }

  /** Whether it is the gradient of a table of this shape. */
  boolean fits(int rows, int columns) {
    return placeOfRow.length == rows && cols == columns;
  }

  /** Adds {@code added[i]} to row {@code ids[i]}, in order of i. */
  void add(Tensor ids, Tensor added) {
    Buf rows = ids.buf();
    int length = Math.toIntExact(rows.length());
    Tensor at = Tensor.zeros(DType.I64, Shape.of(length));
    Buf places = at.buf();
    for (int i = 0; i < length; i++) {
      int place = place(Elements.getLong(rows.segment(), rows.offset(), i));
      Elements.setLong(places.segment(), places.offset(), i, place);
    }
    if (values.dim(0) < rowOfPlace.length) {
      Tensor grown = zeros(rowOfPlace.length, cols);
      Copies.copy(values, grown.slice(0, 0, values.dim(0)));
      values = grown;
    }
    Kernels.run(new KernelCall.ScatterAdd(places, added.buf(), values.buf(), count, cols));
  }

  private int place(long row) {
    int known = placeOfRow[Math.toIntExact(row)];
    if (known != NONE) {
      return known;
    }
    if (count == rowOfPlace.length) {
      rowOfPlace = Arrays.copyOf(rowOfPlace, 2 * count);
    }
    rowOfPlace[count] = row;
    placeOfRow[(int) row] = count;
    return count++;
  }

  /** The rows so far; a view that the next step overwrites. */
  Gradients.Rows rows() {
    return new Gradients.Rows(Arrays.copyOf(rowOfPlace, count), values.slice(0, 0, count));
  }

  /** Adds the rows to a dense gradient [rows, cols] and forgets them. */
  void moveTo(Tensor dense) {
    long[] ids = Arrays.copyOf(rowOfPlace, count);
    Kernels.run(
        new KernelCall.ScatterAdd(
            Tensor.of(ids, count).buf(), values.buf(), dense.buf(), placeOfRow.length, cols));
    clear();
  }

  void clear() {
    Tensor used = values.slice(0, 0, count);
    Kernels.run(new KernelCall.Fill(used.buf(), 0));
    for (int i = 0; i < count; i++) {
      placeOfRow[(int) rowOfPlace[i]] = NONE;
    }
    count = 0;
  }

  private static Tensor zeros(int rows, int cols) {
    return Tensor.dense(DType.F32, Shape.of(rows, cols), Pool.allocate(4L * rows * cols));
  }
}
