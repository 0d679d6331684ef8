package dev.weft.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** How fast memory can be read that no cache holds: each thread sums a part of one large area. */
public final class ReadBandwidth implements AutoCloseable {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

  /** Of a thread in one repetition; a multiple of any vector, and far beyond the caches. */
  private static final int PART = 1 << 29;

  /** Bytes that one call of {@link #sum} reads: an int counts them, and addresses stay affine. */
  private static final int BLOCK = 1 << 20;

  private final int threads;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment area;

  /** For so many threads; holds half a GiB for each. */
  public ReadBandwidth(int threads) {
    this.threads = threads;
    area = arena.allocate((long) threads * PART, 64);
    // Untouched pages would all be read from one page of zeros.
    area.fill((byte) 1);
  }

  /** Bytes one repetition reads. */
  public double bytes() {
    return (double) threads * PART;
  }

  /** One repetition. */
  public Contender contender() {
    return () -> Team.seconds(threads, this::part);
  }

  /** GB/s (1e9 bytes) on this many threads. */
  public static double gbps(int threads, Effort effort) {
    try (ReadBandwidth bandwidth = new ReadBandwidth(threads)) {
      return 1e-9 * bandwidth.bytes() / Comparison.alone(bandwidth.contender(), effort).median();
    }
  }

  private double part(int thread) {
    int sum = 0;
    long from = (long) thread * PART;
    for (int block = 0; block < PART / BLOCK; block++) {
      sum += sum(area, from + (long) block * BLOCK);
    }
    return sum;
  }

  private static int sum(MemorySegment area, long from) {
    int step = SPECIES.vectorByteSize();
    IntVector a = IntVector.zero(SPECIES);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    for (int i = 0; i < BLOCK; i += 4 * step) {
      a = a.add(IntVector.fromMemorySegment(SPECIES, area, from + i, ByteOrder.nativeOrder()));
      b =
          b.add(
              IntVector.fromMemorySegment(SPECIES, area, from + i + step, ByteOrder.nativeOrder()));
      c =
          c.add(
              IntVector.fromMemorySegment(
                  SPECIES, area, from + i + 2L * step, ByteOrder.nativeOrder()));
      d =
          d.add(
              IntVector.fromMemorySegment(
                  SPECIES, area, from + i + 3L * step, ByteOrder.nativeOrder()));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }

  @Override
  public void close() {
    arena.close();
  }
}
