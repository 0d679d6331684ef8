package dev.weft.tensor.memory;

import dev.weft.tensor.Shape;
import java.util.Arrays;

/**
 * Where the elements of a view lie in its storage: element (i, j, ...) at {@code offset + i *
 * strides[0] + j * strides[1] + ...}, all in elements.
 */
public record Layout(long offset, long[] strides) {
  /** The row-major layout of a shape. */
  public static Layout dense(Shape shape) {
    return new Layout(0, denseStrides(shape));
  }

  /** Row-major strides of a shape. */
  public static long[] denseStrides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, shape.dim(i));
    }
    return strides;
  }

  /** Whether a view of this layout lies row-major without gaps; sizes of 1 put no condition. */
  public boolean isDense(Shape shape) {
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      int dim = shape.dim(i);
      if (dim != 1 && strides[i] != expected) {
        return shape.size() == 0;
      }
      expected *= dim;
    }
    return true;
  }

  /**
   * Whether a view of this layout touches each element of a storage of {@code size} exactly once.
   */
  public boolean covers(Shape shape, long size) {
    if (offset != 0 || shape.size() != size) {
      return false;
    }
    Integer[] order = new Integer[strides.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(strides[a], strides[b]));
    long expected = 1;
    for (int axis : order) {
      if (shape.dim(axis) != 1) {
        if (strides[axis] != expected) {
          return false;
        }
        expected *= shape.dim(axis);
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layout layout
        && offset == layout.offset
        && Arrays.equals(strides, layout.strides);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(offset) + Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    return "Layout[offset=" + offset + ", strides=" + Arrays.toString(strides) + "]";
  }
}
