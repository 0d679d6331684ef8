package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import dev.weft.tensor.Kept;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel sees of a storage: a native segment, where in it the operand's element 0 lies, the
 * element type, and how many elements may be touched from there.
 *
 * @param segment always a plain native segment (never heap, never a raw mapped one)
 * @param offset byte offset of element 0 in {@code segment}; any alignment
 * @param dtype type of the elements
 * @param length number of elements that may be touched, element 0 included
 * @param kept where the contents of the segment never change, the place for what a backend makes of
 *     them
 */
public record Buf(
    MemorySegment segment, long offset, DType dtype, long length, @Nullable Kept kept) {
  /** An operand whose contents may change. */
  public Buf(MemorySegment segment, long offset, DType dtype, long length) {
    this(segment, offset, dtype, length, null);
  }

  /** The absent operand: what an optional operand of a {@link KernelCall} is when not given. */
  public static final Buf NONE = new Buf(MemorySegment.NULL, 0, DType.F32, 0);

  /** Whether an optional operand was given. */
  @SuppressWarnings("ReferenceEquality") // NONE is an identity, not a value
  public boolean isPresent() {
    return this != NONE;
  }

  /** The same operand starting {@code elements} further on. */
  public Buf plus(long elements) {
    return new Buf(segment, offset + elements * dtype.bytes(), dtype, length - elements, kept);
  }
}
