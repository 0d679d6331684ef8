package dev.weft.tensor;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.memory.Layout;
import dev.weft.tensor.memory.Pool;
import dev.weft.tensor.memory.Stacks;
import dev.weft.tensor.memory.Storage;
import dev.weft.tensor.ops.Contiguous;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array: a shape, an element type and a strided view of native memory. A tensor is
 * immutable to its users; only optimisers, caches and gradient buffers change memory in place, and
 * they own what they change.
 *
 * <p>Views ({@link #transpose}, {@link #slice}, {@link #view} ...) share memory and cost nothing.
 * Ops are in {@link F}. A tensor knows neither a tape nor a device.
 */
public final class Tensor {
  private final @Nullable String name;
  private final Shape shape;
  private final DType dtype;
  private final Layout layout;
  private final Storage storage;

  private Tensor(@Nullable String name, Shape shape, DType dtype, Layout layout, Storage storage) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
    this.layout = layout;
    this.storage = storage;
  }

  // ---- making ------------------------------------------------------------------------------

  /** A dense F32 tensor of these values in row-major order. */
  public static Tensor of(float[] values, int... shape) {
    Tensor tensor = allocate(DType.F32, checked(values.length, shape));
    tensor.segment().copyFrom(MemorySegment.ofArray(values));
    return tensor;
  }

  /** A dense I64 tensor of these values in row-major order. */
  public static Tensor of(long[] values, int... shape) {
    Tensor tensor = allocate(DType.I64, checked(values.length, shape));
    tensor.segment().copyFrom(MemorySegment.ofArray(values));
    return tensor;
  }

  /** A dense I64 tensor of these values in row-major order: token ids, labels, row numbers. */
  public static Tensor of(int[] values, int... shape) {
    Tensor tensor = allocate(DType.I64, checked(values.length, shape));
    for (int i = 0; i < values.length; i++) {
      tensor.segment().set(ValueLayout.JAVA_LONG, 8L * i, values[i]);
    }
    return tensor;
  }

  /** A dense BOOL tensor of these values in row-major order. */
  public static Tensor of(boolean[] values, int... shape) {
    Tensor tensor = allocate(DType.BOOL, checked(values.length, shape));
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    tensor.segment().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }

  /** An F32 scalar, of shape []. */
  public static Tensor scalar(float value) {
    return of(new float[] {value});
  }

  /** An F32 tensor of zeros. */
  public static Tensor zeros(int... shape) {
    return zeros(DType.F32, Shape.of(shape));
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType dtype, Shape shape) {
    return full(dtype, shape, 0);
  }

  /** A tensor of one value everywhere. */
  public static Tensor full(DType dtype, Shape shape, double value) {
    Tensor tensor = allocate(dtype, shape);
    Kernels.run(new KernelCall.Fill(tensor.buf(), value));
    return tensor;
  }

  /**
   * A dense tensor over memory that somebody else owns and keeps alive. The segment must be native
   * and hold exactly the elements, in native byte order; it may be read-only.
   */
  public static Tensor over(MemorySegment segment, DType dtype, Shape shape) {
    return dense(dtype, shape, Storage.free(checked(segment, dtype, shape)));
  }

  /**
   * The same over memory whose contents do not change, as those of a mapped file: kernels may keep
   * a packed copy of it, until {@code kept} is closed.
   */
  public static Tensor constant(MemorySegment segment, DType dtype, Shape shape, Kept kept) {
    return dense(dtype, shape, Storage.constant(checked(segment, dtype, shape), kept));
  }

  private static MemorySegment checked(MemorySegment segment, DType dtype, Shape shape) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("expected a native segment, got " + segment);
    }
    if (segment.byteSize() != shape.size() * dtype.bytes()) {
      throw new IllegalArgumentException(
          "expected "
              + shape.size() * dtype.bytes()
              + " bytes for "
              + dtype
              + " "
              + shape
              + ", got "
              + segment.byteSize());
    }
    return segment;
  }

  /** A dense tensor with undefined contents, owned by the Run's workspace or the collector. */
  static Tensor allocate(DType dtype, Shape shape) {
    Stacks stacks = Run.current().stacks();
    long bytes = shape.size() * dtype.bytes();
    return dense(
        dtype, shape, stacks == null ? Pool.allocate(bytes) : stacks.scratch().push(bytes));
  }

  /** A dense tensor over a storage; for ops. */
  public static Tensor dense(DType dtype, Shape shape, Storage storage) {
    return new Tensor(null, shape, dtype, Layout.dense(shape), storage);
  }

  /** Any view of a storage; for gradients. */
  public static Tensor strided(DType dtype, Shape shape, Layout layout, Storage storage) {
    return new Tensor(null, shape, dtype, layout, storage);
  }

  private static Shape checked(long values, int[] dims) {
    Shape shape = Shape.of(dims);
    if (shape.size() != values) {
      throw new IllegalArgumentException(
          "shape " + shape + " holds " + shape.size() + " values, got " + values);
    }
    return shape;
  }

  // ---- properties --------------------------------------------------------------------------

  /** Its name in a checkpoint or an error message, if it has one. */
  public @Nullable String name() {
    return name;
  }

  /** The same tensor under a name. */
  public Tensor named(String name) {
    return new Tensor(name, shape, dtype, layout, storage);
  }

  /** Sizes of the dimensions. */
  public Shape shape() {
    return shape;
  }

  /** Size of one dimension; negative indices count from the end. */
  public int dim(int index) {
    return shape.dim(index);
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.rank();
  }

  /** Number of elements. */
  public long size() {
    return shape.size();
  }

  /** Element type. */
  public DType dtype() {
    return dtype;
  }

  /** Distance in elements between neighbours along a dimension. */
  public long stride(int index) {
    return layout.strides()[shape.axis(index)];
  }

  /** Strides of all dimensions, in elements. */
  public long[] strides() {
    return layout.strides().clone();
  }

  /** Whether elements lie row-major without gaps. */
  public boolean isDense() {
    return layout.isDense(shape);
  }

  /** Where the elements lie; for ops. */
  public Layout layout() {
    return layout;
  }

  /** The memory it views; for ops and as the identity of a parameter. */
  public Storage storage() {
    return storage;
  }

  /**
   * What a kernel sees of it: exactly its elements when dense, else all up to the storage's end.
   */
  public Buf buf() {
    long skipped = layout.offset() * dtype.bytes();
    long length = isDense() ? size() : (storage.bytes() - skipped) / dtype.bytes();
    return new Buf(storage.segment(), storage.offset() + skipped, dtype, length, storage.kept());
  }

  // ---- views -------------------------------------------------------------------------------

  /** The same elements under another shape; the tensor must be dense. One size may be -1. */
  public Tensor view(int... dims) {
    Shape target = inferred(dims);
    if (!isDense()) {
      throw new IllegalArgumentException(
          label() + " is not dense and cannot be viewed as " + target + "; use reshape");
    }
    return new Tensor(
        name, target, dtype, new Layout(layout.offset(), Layout.denseStrides(target)), storage);
  }

  /** The same elements under another shape, copied first when they are not dense. */
  public Tensor reshape(int... dims) {
    return contiguous().view(dims);
  }

  private Shape inferred(int[] dims) {
    int[] copy = dims.clone();
    int unknown = -1;
    long known = 1;
    for (int i = 0; i < copy.length; i++) {
      if (copy[i] == -1 && unknown < 0) {
        unknown = i;
      } else {
        known *= copy[i];
      }
    }
    if (unknown >= 0) {
      copy[unknown] = known == 0 ? 0 : (int) (size() / known);
    }
    Shape target = Shape.of(copy);
    if (target.size() != size()) {
      throw new IllegalArgumentException(
          label() + " of " + size() + " elements cannot be viewed as " + Arrays.toString(dims));
    }
    return target;
  }

  /** Exchanges two dimensions. */
  public Tensor transpose(int a, int b) {
    int x = shape.axis(a);
    int y = shape.axis(b);
    int[] dims = shape.dims();
    long[] strides = layout.strides().clone();
    int dim = dims[x];
    dims[x] = dims[y];
    dims[y] = dim;
    long stride = strides[x];
    strides[x] = strides[y];
    strides[y] = stride;
    return new Tensor(name, Shape.of(dims), dtype, new Layout(layout.offset(), strides), storage);
  }

  /** Elements {@code from .. to - 1} along a dimension. */
  public Tensor slice(int dim, int from, int to) {
    int axis = shape.axis(dim);
    if (from < 0 || to < from || to > shape.dim(axis)) {
      throw new IllegalArgumentException(
          "slice " + from + " to " + to + " of dim " + dim + " of " + label());
    }
    long offset = layout.offset() + from * layout.strides()[axis];
    return new Tensor(
        name, shape.with(axis, to - from), dtype, new Layout(offset, layout.strides()), storage);
  }

  /** Index {@code index} along a dimension, which disappears. */
  public Tensor select(int dim, int index) {
    int axis = shape.axis(dim);
    Tensor one = slice(axis, index, index + 1);
    long[] rest = new long[rank() - 1];
    System.arraycopy(layout.strides(), 0, rest, 0, axis);
    System.arraycopy(layout.strides(), axis + 1, rest, axis, rest.length - axis);
    return new Tensor(
        name, shape.without(axis), dtype, new Layout(one.layout.offset(), rest), storage);
  }

  /** Adds a dimension of size 1 before dimension {@code dim} (the rank adds it at the end). */
  public Tensor unsqueeze(int dim) {
    int axis = dim < 0 ? dim + rank() + 1 : dim;
    if (axis < 0 || axis > rank()) {
      throw new IllegalArgumentException("unsqueeze at " + dim + " of " + label());
    }
    int[] dims = new int[rank() + 1];
    long[] strides = new long[rank() + 1];
    for (int i = 0, j = 0; i < dims.length; i++) {
      dims[i] = i == axis ? 1 : shape.dim(j);
      strides[i] = i == axis ? 1 : layout.strides()[j++];
    }
    return new Tensor(name, Shape.of(dims), dtype, new Layout(layout.offset(), strides), storage);
  }

  /** The tensor itself when dense, else a dense copy (an op, so gradients pass). */
  public Tensor contiguous() {
    return isDense() ? this : Contiguous.forward(this);
  }

  /** A dense copy in memory of its own, which outlives frames and steps; gradients do not pass. */
  public Tensor keep() {
    storage.checkAlive(name, shape);
    Tensor copy = dense(dtype, shape, Pool.allocate(size() * dtype.bytes()));
    copyTo(copy);
    return name == null ? copy : copy.named(name);
  }

  /** The same view of contents that moved to another storage; for the workspace. */
  Tensor movedTo(Storage moved) {
    return new Tensor(name, shape, dtype, layout, moved);
  }

  // ---- reading -----------------------------------------------------------------------------

  /** The value of a tensor of one element, as a float. */
  public float item() {
    if (size() != 1) {
      throw new IllegalArgumentException(
          "item() of " + label() + ", which has more than one value");
    }
    return toFloats()[0];
  }

  /** All elements in row-major order, cast to float. */
  public float[] toFloats() {
    return host(DType.F32).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** All elements in row-major order, cast to long (floats truncate). */
  public long[] toLongs() {
    return host(DType.I64).toArray(ValueLayout.JAVA_LONG);
  }

  private MemorySegment host(DType target) {
    storage.checkAlive(name, shape);
    if (dtype == target && isDense()) {
      return segment();
    }
    Tensor copy = dense(target, shape, Pool.allocate(size() * target.bytes()));
    copyTo(copy);
    return copy.segment();
  }

  private void copyTo(Tensor target) {
    Kernels.run(
        new KernelCall.Copy(buf(), strides(), target.buf(), target.strides(), shape.sizes()));
  }

  /** The elements of a dense tensor as native memory in row-major order. */
  public MemorySegment segment() {
    if (!isDense()) {
      throw new IllegalArgumentException(label() + " is not dense");
    }
    storage.checkAlive(name, shape);
    Buf buf = buf();
    return buf.segment().asSlice(buf.offset(), size() * dtype.bytes());
  }

  /** How messages name it: its name in quotes if it has one, and its shape. */
  public String label() {
    return (name == null ? "" : "\"" + name + "\" ") + shape;
  }

  /** Name, dtype, shape and, for few elements, the values. */
  @Override
  public String toString() {
    String head = (name == null ? "" : name + " ") + dtype + shape;
    return size() > 64 ? head : head + " " + Arrays.toString(toFloats());
  }
}
