package dev.weft.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Native memory for tensors made outside a step: blocks of a power of two bytes, given back when
 * nothing refers to them any more, and used again.
 *
 * <p>A block is lent under an automatic arena, so any access through its segment keeps it alive.
 * Allocating from such an arena would count against -Xmx and free through {@code System.gc};
 * closing a shared arena per tensor costs up to milliseconds.
 */
public final class Pool {
  private static final int SMALLEST = 6;
  private static final long SLAB = 1L << 20;
  private static final Pool GLOBAL = new Pool();

  private final List<Deque<MemorySegment>> blocks = new ArrayList<>();
  private MemorySegment slab = MemorySegment.NULL;
  private long used;

  private Pool() {
    for (int i = 0; i < Long.SIZE; i++) {
      blocks.add(new ArrayDeque<>());
    }
  }

  /** A storage of at least {@code bytes} bytes, zeroed, 64-byte aligned. */
  public static Storage allocate(long bytes) {
    int order = Math.max(SMALLEST, Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, bytes) - 1));
    MemorySegment block = GLOBAL.take(order);
    MemorySegment lent =
        block.asSlice(0, bytes).reinterpret(Arena.ofAuto(), done -> GLOBAL.give(order, block));
    lent.fill((byte) 0);
    return Storage.free(lent);
  }

  private synchronized MemorySegment take(int order) {
    MemorySegment block = blocks.get(order).poll();
    if (block != null) {
      return block;
    }
    long size = 1L << order;
    if (size > SLAB / 4) {
      return Arena.global().allocate(size, 64);
    }
    if (slab.byteSize() - used < size) {
      slab = Arena.global().allocate(SLAB, 4096);
      used = 0;
    }
    used = (used + size - 1) & -size;
    if (slab.byteSize() - used < size) {
      slab = Arena.global().allocate(SLAB, 4096);
      used = 0;
    }
    MemorySegment fresh = slab.asSlice(used, size);
    used += size;
    return fresh;
  }

  private synchronized void give(int order, MemorySegment block) {
    blocks.get(order).push(block);
  }
}
