package dev.weft.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of one workspace: grown on demand up to a cap, handed to its two stacks, taken back
 * and used again, never zeroed again, and freed together.
 */
public final class Slab implements AutoCloseable {
  private static final long CHUNK = 16L << 20;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> idle = new ArrayList<>();
  private final long cap;
  private final boolean poisons = Boolean.getBoolean("weft.poison");
  private long total;
  private long handedOut;
  private long peak;

  /** A slab that holds at most {@code cap} bytes. */
  public Slab(long cap) {
    this.cap = cap;
  }

  MemorySegment take(long size) {
    int best = -1;
    for (int i = 0; i < idle.size(); i++) {
      long have = idle.get(i).byteSize();
      if (have >= size && (best < 0 || have < idle.get(best).byteSize())) {
        best = i;
      }
    }
    MemorySegment chunk = best >= 0 ? idle.remove(best) : grow(size);
    handedOut += chunk.byteSize();
    peak = Math.max(peak, handedOut);
    return chunk;
  }

  private MemorySegment grow(long size) {
    long bytes = (Math.max(size, CHUNK) + CHUNK - 1) / CHUNK * CHUNK;
    if (total + bytes > cap) {
      throw new IllegalStateException(
          "workspace: "
              + ((total + bytes) >> 20)
              + " MiB would be needed and the cap is "
              + (cap >> 20)
              + " MiB; use a smaller batch or raise the cap (system property weft.workspace)");
    }
    total += bytes;
    return arena.allocate(bytes, 4096);
  }

  void give(MemorySegment chunk) {
    handedOut -= chunk.byteSize();
    idle.add(chunk);
  }

  boolean poisons() {
    return poisons;
  }

  /** Most bytes that were handed out at one time. */
  public long peak() {
    return peak;
  }

  @Override
  public void close() {
    arena.close();
  }
}
