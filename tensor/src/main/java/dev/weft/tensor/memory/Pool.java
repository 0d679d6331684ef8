package dev.weft.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for tensors made outside a step: blocks of a power of two bytes, given back when
 * nothing refers to them any more, and used again.
 *
 * <p>A block is lent under an automatic arena, so any access through its segment keeps it alive.
 * Allocating from such an arena would count against -Xmx and free through {@code System.gc};
 * closing a shared arena per tensor costs up to milliseconds.
 *
 * <p>The collector does not see native memory: a loop of operations outside a step would take 16
 * MiB after 16 MiB for seconds without a collection (200 products of 16 MiB held 3.4 GB). So each
 * time the pool has grown by half, and by at least {@value #GROWTH} bytes, it asks for one and
 * waits a moment for blocks to come back.
 */
public final class Pool {
  private static final int SMALLEST = 6;
  private static final long SLAB = 1L << 20;
  private static final long GROWTH = 256L << 20;
  private static final long PATIENCE_MILLIS = 100;
  private static final Pool GLOBAL = new Pool();

  private final List<Deque<MemorySegment>> blocks = new ArrayList<>();
  private MemorySegment slab = MemorySegment.NULL;
  private long used;
  private long held;
  private long grown;

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

  /** Bytes taken from the system so far. */
  static long heldBytes() {
    synchronized (GLOBAL) {
      return GLOBAL.held;
    }
  }

  private MemorySegment take(int order) {
    MemorySegment block = poll(order);
    if (block == null && outgrows(1L << order)) {
      System.gc();
      block = await(order);
    }
    return block == null ? fresh(order) : block;
  }

  private synchronized @Nullable MemorySegment poll(int order) {
    return blocks.get(order).poll();
  }

  private synchronized boolean outgrows(long size) {
    if (grown + size <= Math.max(GROWTH, held / 2)) {
      return false;
    }
    grown = 0;
    return true;
  }

  private synchronized @Nullable MemorySegment await(int order) {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    try {
      while (blocks.get(order).isEmpty()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return null;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller gets a fresh block and sees the interrupt
    }
    return blocks.get(order).poll();
  }

  private synchronized MemorySegment fresh(int order) {
    long size = 1L << order;
    if (size > SLAB / 4) {
      held += size;
      grown += size;
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
    notifyAll();
  }
}
