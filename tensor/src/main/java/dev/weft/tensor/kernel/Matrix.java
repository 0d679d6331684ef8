package dev.weft.tensor.kernel;

/**
 * A batch of matrices inside one {@link Buf}; strides are in elements and may be any sign of layout
 * but negative: a transposed operand is one whose strides are exchanged, a batch stride of 0
 * repeats the same matrix.
 */
public record Matrix(Buf buf, long rowStride, long colStride, long batchStride) {
  /** The absent matrix. */
  public static final Matrix NONE = new Matrix(Buf.NONE, 0, 0, 0);

  /** Row-major, dense, one matrix: rows of {@code cols} elements. */
  public static Matrix dense(Buf buf, long cols) {
    return new Matrix(buf, cols, 1, 0);
  }

  /** Whether an optional operand was given. */
  public boolean isPresent() {
    return buf.isPresent();
  }

  /** Where element (i, j) of matrix {@code batch} lies, in elements. */
  public long index(long batch, long i, long j) {
    return batch * batchStride + i * rowStride + j * colStride;
  }

  /** The same matrices transposed. */
  public Matrix transposed() {
    return new Matrix(buf, colStride, rowStride, batchStride);
  }
}
