package dev.weft.tensor.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Float arrays for packed panels and partial sums, borrowed by a call or a task and given back, so
 * that nothing is allocated once a process has seen its shapes. A pool and not a thread-local: a
 * virtual thread that multiplies once must not keep arrays of its own.
 */
public final class Scratch {
  private static final int POOLED = 64;
  private static final int SLOTS = 14;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(POOLED);

  private final float[][] slots = new float[SLOTS][0];
  private int[] words = {};
  private long[] longs = {};
  private MemorySegment bytes = MemorySegment.NULL;

  private Scratch() {}

  /** Takes one that nobody uses. */
  public static Scratch borrow() {
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
  public void giveBack() {
    for (int i = 0; i < POOLED; i++) {
      if (POOL.getPlain(i) == null && POOL.compareAndSet(i, null, this)) {
        return;
      }
    }
  }

  /** An array of at least {@code length} words, with whatever was in it. */
  public int[] words(int length) {
    if (words.length < length) {
      words = new int[length];
    }
    return words;
  }

  /** An array of at least {@code length} longs, with whatever was in it. */
  public long[] longs(int length) {
    if (longs.length < length) {
      longs = new long[length];
    }
    return longs;
  }

  /** Native memory of at least so many bytes, aligned to 64, with whatever was in it. */
  public MemorySegment bytes(long size) {
    if (bytes.byteSize() < size) {
      bytes = Arena.ofAuto().allocate(size, 64);
    }
    return bytes;
  }

  /** The array of a slot, at least {@code length} long, with whatever was in it. */
  public float[] floats(int slot, long length) {
    float[] array = slots[slot];
    if (array.length < length) {
      array = new float[Math.toIntExact(Math.max(length, Math.min(2L * array.length, 1 << 20)))];
      slots[slot] = array;
    }
    return array;
  }
}
