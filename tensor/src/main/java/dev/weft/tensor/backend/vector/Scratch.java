package dev.weft.tensor.backend.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Float arrays for packed panels, borrowed by a call or a task and given back, so that nothing is
 * allocated once a process has seen its shapes. A pool and not a thread-local: a virtual thread
 * that multiplies once must not keep arrays of its own.
 */
final class Scratch {
  private static final int POOLED = 64;
  private static final int SLOTS = 14;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(POOLED);

  private final float[][] slots = new float[SLOTS][0];
  private int[] words = {};
  private MemorySegment piece = MemorySegment.NULL;

  private Scratch() {}

  /** Takes one that nobody uses. */
  static Scratch borrow() {
    for (int i = 0; i < POOLED; i++) {
      if (POOL.getPlain(i) != null) {
        Scratch taken = POOL.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return new Scratch();
  }

  /** Gives this back; its arrays must not be used after. */
  void giveBack() {
    for (int i = 0; i < POOLED; i++) {
      if (POOL.getPlain(i) == null && POOL.compareAndSet(i, null, this)) {
        return;
      }
    }
  }

  /** An array of at least {@code length} random words, with whatever was in it. */
  int[] words(int length) {
    if (words.length < length) {
      words = new int[length];
    }
    return words;
  }

  /** Native memory for a piece of B: PIECE rows of COLUMNS floats, with whatever was in it. */
  MemorySegment piece() {
    if (piece.byteSize() == 0) {
      piece = Arena.ofAuto().allocate(4L * Tile.PIECE * Tile.COLUMNS, 64);
    }
    return piece;
  }

  /** The array of a slot, at least {@code length} long, with whatever was in it. */
  float[] floats(int slot, long length) {
    float[] array = slots[slot];
    if (array.length < length) {
      array = new float[Math.toIntExact(Math.max(length, Math.min(2L * array.length, 1 << 20)))];
      slots[slot] = array;
    }
    return array;
  }
}
