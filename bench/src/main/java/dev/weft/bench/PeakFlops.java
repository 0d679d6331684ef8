package dev.weft.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The rate of fused multiply-adds that the processor reaches on registers alone: what a GEMM could
 * reach at most. Twelve independent chains, since two units with a latency of four cycles each need
 * eight.
 */
public final class PeakFlops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int LOOP = 4_000_000;

  private PeakFlops() {}

  /** GFLOP/s on this many threads. */
  public static double gflops(int threads, Effort effort) {
    double seconds =
        Comparison.alone(() -> Team.seconds(threads, thread -> chains()), effort).median();
    return 2e-9 * threads * CHAINS * SPECIES.length() * LOOP / seconds;
  }

  /** One register a chain: an array of vectors would live in memory. */
  private static float chains() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 1e-6f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    FloatVector k = y;
    FloatVector l = y;
    for (int n = 0; n < LOOP; n++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
    return sum.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }
}
