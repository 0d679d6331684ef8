package dev.weft.tensor.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A bump allocator over chunks of a {@link Slab}: memory is released from the top only, down to a
 * {@link Mark}. Storages above a released mark are dead from then on.
 */
public final class Stack {
  private static final long ALIGN = 64;

  /** A height of the stack to come back to. */
  public record Mark(int chunks, long used, int storages) {}

  private final Slab slab;
  private final Object owner;
  private final boolean scratch;
  private final List<MemorySegment> chunks = new ArrayList<>();
  private final List<Storage> storages = new ArrayList<>();
  private long used;

  /**
   * An empty stack.
   *
   * @param owner what its storages name as their owner
   * @param scratch whether its storages end with a frame
   */
  public Stack(Slab slab, Object owner, boolean scratch) {
    this.slab = slab;
    this.owner = owner;
    this.scratch = scratch;
  }

  /** A storage of {@code bytes} bytes on top, 64-byte aligned, its contents undefined. */
  public Storage push(long bytes) {
    long size = aligned(bytes);
    if (chunks.isEmpty() || chunks.getLast().byteSize() - used < size) {
      chunks.add(slab.take(size));
      used = 0;
    }
    return place(bytes, size);
  }

  /** A storage in the place of {@code dead}, one of this stack's, which ends here. */
  public Storage over(Storage dead) {
    int at = storages.lastIndexOf(dead);
    dead.giveUp();
    Storage storage = Storage.owned(dead.segment(), dead.offset(), dead.bytes(), owner, scratch);
    storages.set(at, storage);
    return storage;
  }

  /** The present height. */
  public Mark mark() {
    return new Mark(chunks.size(), used, storages.size());
  }

  /** Releases everything above {@code mark}; nothing when the stack is below it already. */
  public void release(Mark mark) {
    if (storages.size() <= mark.storages()) {
      return;
    }
    for (int i = storages.size() - 1; i >= mark.storages(); i--) {
      Storage dead = storages.removeLast();
      dead.release();
      if (slab.poisons()) {
        poison(dead.segment(), dead.offset(), dead.offset() + dead.bytes());
      }
    }
    while (chunks.size() > mark.chunks()) {
      slab.give(chunks.removeLast());
    }
    used = mark.used();
  }

  /**
   * Releases everything above {@code mark} but the contents of {@code kept}, which move down to it
   * in the order of their age.
   *
   * @param kept storages above the mark
   * @return for each of them, where its contents are now
   */
  public IdentityHashMap<Storage, Storage> releaseKeeping(Mark mark, Set<Storage> kept) {
    List<MemorySegment> held = new ArrayList<>(chunks);
    long top = used;
    List<Storage> above = storages.subList(mark.storages(), storages.size());
    List<Storage> old = new ArrayList<>(above);
    above.clear();
    chunks.subList(mark.chunks(), chunks.size()).clear();
    used = mark.used();
    // Chunks stay ours until the contents have moved: bump allocation from a lower mark never runs
    // ahead of where the same storages lay before, so a copy never overwrites one still to come.
    IdentityHashMap<Storage, Storage> moved = new IdentityHashMap<>();
    for (Storage from : old) {
      if (kept.contains(from)) {
        long size = aligned(from.bytes());
        while (chunks.isEmpty() || chunks.getLast().byteSize() - used < size) {
          chunks.add(held.get(chunks.size()));
          used = 0;
        }
        Storage to = place(from.bytes(), size);
        MemorySegment.copy(from.segment(), from.offset(), to.segment(), to.offset(), from.bytes());
        moved.put(from, to);
      }
      from.release();
    }
    if (slab.poisons()) {
      for (int i = Math.max(0, chunks.size() - 1); i < held.size(); i++) {
        long from = i < chunks.size() ? used : 0;
        poison(held.get(i), from, i == held.size() - 1 ? top : held.get(i).byteSize());
      }
    }
    for (int i = held.size() - 1; i >= chunks.size(); i--) {
      slab.give(held.get(i));
    }
    return moved;
  }

  private Storage place(long bytes, long size) {
    Storage storage = Storage.owned(chunks.getLast(), used, bytes, owner, scratch);
    used += size;
    storages.add(storage);
    return storage;
  }

  private static long aligned(long bytes) {
    return Math.max(ALIGN, (bytes + ALIGN - 1) & -ALIGN);
  }

  private static void poison(MemorySegment segment, long from, long to) {
    for (long at = from; at + Float.BYTES <= to; at += Float.BYTES) {
      segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, Float.NaN);
    }
  }
}
