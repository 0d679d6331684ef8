package dev.weft.tensor;

import java.util.Arrays;

/**
 * The sizes of a tensor, outermost first: {@code [2, 3]} is two rows of three columns and {@code
 * []} is a scalar.
 *
 * <p>Every size is zero or more and the product fits a {@code long}; anything else is an {@link
 * IllegalArgumentException}. Dimensions are addressed from 0, or from the end with negative indices
 * as in PyTorch.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final long size;

  private Shape(int[] dims) {
    this.dims = dims;
    long product = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(dims) + ": negative size");
      }
      product = Math.multiplyExact(product, (long) dim);
    }
    this.size = product;
  }

  /** A shape of these sizes; none at all is the shape of a scalar. */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** Number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** Size of dimension {@code index}; negative indices count from the end. */
  public int dim(int index) {
    return dims[axis(index)];
  }

  /** Turns an index that may be negative into one of {@code 0 .. rank - 1}. */
  public int axis(int index) {
    int axis = index < 0 ? index + dims.length : index;
    if (axis < 0 || axis >= dims.length) {
      throw new IllegalArgumentException("dim " + index + " is out of range for shape " + this);
    }
    return axis;
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  /** The sizes as a fresh array. */
  public int[] dims() {
    return dims.clone();
  }

  /** The sizes as longs, as kernels take them. */
  public long[] sizes() {
    long[] sizes = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i];
    }
    return sizes;
  }

  /** Product of the sizes of dimensions {@code from .. to - 1}; 1 where there are none. */
  public long product(int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }

  /** The same shape with dimension {@code index} of another size. */
  public Shape with(int index, int dim) {
    int[] copy = dims.clone();
    copy[axis(index)] = dim;
    return new Shape(copy);
  }

  /** The same shape without dimension {@code index}. */
  public Shape without(int index) {
    int axis = axis(index);
    int[] rest = new int[dims.length - 1];
    System.arraycopy(dims, 0, rest, 0, axis);
    System.arraycopy(dims, axis + 1, rest, axis, rest.length - axis);
    return Shape.of(rest);
  }

  /**
   * The shape two operands broadcast to under NumPy's rules: sizes are aligned at the end, and a
   * size of 1 stretches.
   *
   * @throws IllegalArgumentException naming both shapes when a pair of sizes neither matches nor is
   *     1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
      out[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
