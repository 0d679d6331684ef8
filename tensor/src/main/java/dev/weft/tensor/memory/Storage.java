package dev.weft.tensor.memory;

import dev.weft.tensor.Kept;
import dev.weft.tensor.Shape;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A run of native memory with an owner, shared by every view of it; the identity that gradients
 * gather under.
 *
 * <p>A storage of a workspace is released when its frame or its step ends; using it afterwards is
 * an error. A storage made outside a step lives as long as something refers to it.
 */
public final class Storage {
  private final MemorySegment segment;
  private final long offset;
  private final long bytes;
  private final @Nullable Object owner;
  private final boolean scratch;
  private final @Nullable Kept kept;
  private boolean released;
  private boolean givenUp;
  private boolean unread;
  private @Nullable Object tape;
  private int version;

  private Storage(
      MemorySegment segment,
      long offset,
      long bytes,
      @Nullable Object owner,
      boolean scratch,
      @Nullable Kept kept) {
    this.segment = segment;
    this.offset = offset;
    this.bytes = bytes;
    this.owner = owner;
    this.scratch = scratch;
    this.kept = kept;
  }

  /** Memory that the garbage collector or a file's mapping owns. */
  public static Storage free(MemorySegment segment) {
    return new Storage(segment, 0, segment.byteSize(), null, false, null);
  }

  /** Memory whose contents do not change until {@code kept} is closed. */
  public static Storage constant(MemorySegment segment, Kept kept) {
    return new Storage(segment, 0, segment.byteSize(), null, false, kept);
  }

  /** Memory of a workspace, released by it. */
  static Storage owned(
      MemorySegment segment, long offset, long bytes, Object owner, boolean scratch) {
    return new Storage(segment, offset, bytes, owner, scratch, null);
  }

  /** The segment this storage lies in. */
  public MemorySegment segment() {
    return segment;
  }

  /** Byte offset of the storage in its segment. */
  public long offset() {
    return offset;
  }

  /** Size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Where its contents never change, the place for what a backend makes of them; else null. */
  public @Nullable Kept kept() {
    return kept;
  }

  /** The workspace it belongs to, or null when it stands on its own. */
  public @Nullable Object owner() {
    return owner;
  }

  /** Whether it lies on a workspace's scratch stack, and so ends with the frame. */
  public boolean isScratch() {
    return scratch;
  }

  /** The tape that recorded its contents, or that trains it; null for none. */
  public @Nullable Object tape() {
    return tape;
  }

  /** Marks the storage as a result of, or a parameter of, {@code tape}. */
  public void tape(@Nullable Object value) {
    tape = value;
  }

  /** Counts in-place changes, so that a tape can tell that a saved value was overwritten. */
  public int version() {
    return version;
  }

  /** Notes an in-place change. */
  public void changed() {
    version++;
  }

  /** Whether its frame or step has not ended. */
  public boolean isAlive() {
    return !released;
  }

  void release() {
    released = true;
  }

  /** Ends it for another in its place. */
  void giveUp() {
    released = true;
    givenUp = true;
  }

  /**
   * Whether no backward reads its contents, so that an operation to which it is given up may put
   * its result there.
   */
  public boolean isUnread() {
    return unread;
  }

  /** Says that the backward of the operation that made it does not read it, or that one does. */
  public void unread(boolean value) {
    unread = value;
  }

  /**
   * Throws when the frame or step that owned this storage has ended, or it was given up.
   *
   * @param what how to name the tensor in the message
   */
  public void checkAlive(@Nullable String what, Shape shape) {
    if (released) {
      throw new IllegalStateException(
          "tensor "
              + (what == null ? "" : "\"" + what + "\" ")
              + shape
              + (givenUp
                  ? " was given up to an operation that wrote its result there; keep() a copy"
                  : " outlived the frame or step that made it; return it from the frame, or keep()"
                      + " a copy"));
    }
  }
}
