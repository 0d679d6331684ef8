package dev.weft.tensor.laws;

import java.util.Arrays;

/**
 * The dims of an operand, how many elements apart its elements lie, and along which dim its rows go
 * where it has any.
 *
 * @param dims sizes, outermost first
 * @param strides distances in elements, one a dim; 0 repeats
 * @param rowDim the dim along which the kernel treats parts independently, or -1
 */
public record Extent(long[] dims, long[] strides, int rowDim) {
  public Extent {
    if (dims.length != strides.length || rowDim >= dims.length) {
      throw new IllegalArgumentException(
          "extent: expected a stride a dim and a row dim below %d, got %s, %s and %d"
              .formatted(dims.length, Arrays.toString(dims), Arrays.toString(strides), rowDim));
    }
  }

  /** Row-major, without rows. */
  public static Extent of(long... dims) {
    long[] strides = new long[dims.length];
    long step = 1;
    for (int d = dims.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= dims[d];
    }
    return new Extent(dims, strides, -1);
  }

  /** Row-major, the first dim counting rows. */
  public static Extent rows(long... dims) {
    return of(dims).alongRows(0);
  }

  /** The same at other distances. */
  public Extent strided(long... distances) {
    return new Extent(dims, distances, rowDim);
  }

  /** The same with rows along {@code dim}. */
  public Extent alongRows(int dim) {
    return new Extent(dims, strides, dim);
  }

  /** Number of elements. */
  public long count() {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    return count;
  }

  /** Number of elements from the first to the last in memory; 0 where there are none. */
  public long length() {
    long last = 0;
    for (int d = 0; d < dims.length; d++) {
      last += (dims[d] - 1) * strides[d];
    }
    return count() == 0 ? 0 : last + 1;
  }

  /** Where element {@code index}, counted row-major over dims, lies from the first. */
  public long place(long index) {
    long place = 0;
    for (int d = dims.length - 1; d >= 0; d--) {
      place += index % dims[d] * strides[d];
      index /= dims[d];
    }
    return place;
  }

  /** The position of element {@code index} along dim {@code d}. */
  public long position(long index, int d) {
    for (int e = dims.length - 1; e > d; e--) {
      index /= dims[e];
    }
    return index % dims[d];
  }

  /** The element like {@code index} but at {@code position} along dim {@code d}. */
  public long moved(long index, int d, long position) {
    long step = 1;
    for (int e = dims.length - 1; e > d; e--) {
      step *= dims[e];
    }
    return index + (position - position(index, d)) * step;
  }

  /** The index of the same element where dim {@code d} has another size. */
  long resized(long index, int d, long size) {
    long step = 1;
    for (int e = dims.length - 1; e > d; e--) {
      step *= dims[e];
    }
    long outer = index / (step * dims[d]);
    return index + outer * step * (size - dims[d]);
  }

  /** As {@code [3, 17]}. */
  String at(long index) {
    long[] positions = new long[dims.length];
    for (int d = 0; d < dims.length; d++) {
      positions[d] = position(index, d);
    }
    return Arrays.toString(positions);
  }
}
