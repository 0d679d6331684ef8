package dev.weft.bench.peer;

import dev.weft.bench.Contender;
import java.lang.foreign.MemorySegment;

/** Multiplies matrices. */
public interface GemmPeer extends Peer {
  /**
   * {@code C = A B}, or {@code C = A B^T}, for each of {@code batch} products of dense row-major
   * F32 matrices that lie one after the other.
   *
   * @param batch number of products
   * @param m rows of A and C
   * @param n columns of C
   * @param k columns of A
   * @param transposed whether B is stored as [n, k]
   */
  record Product(int batch, int m, int n, int k, boolean transposed) {
    /** Floating point operations of a repetition. */
    public double flop() {
      return 2.0 * batch * m * n * k;
    }
  }

  /**
   * The product on so many threads. The memory is the caller's, native, and outlives the contender;
   * whether the result arrives in {@code c} during the repetition or when {@code fetch} runs is the
   * peer's choice.
   */
  Prepared prepare(Product product, MemorySegment a, MemorySegment b, MemorySegment c, int threads);

  /** A product that waits to be repeated. */
  interface Prepared extends AutoCloseable {
    /** One repetition. */
    Contender contender();

    /** Brings the result of the last repetition into the caller's memory. */
    void fetch();

    @Override
    void close();
  }
}
