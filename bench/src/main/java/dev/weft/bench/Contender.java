package dev.weft.bench;

/** One side of a comparison: does its work once and says how long that took. */
@FunctionalInterface
public interface Contender {
  /** Seconds that one repetition took, by the clock of whoever did the work. */
  double seconds();

  /** What a body in this process takes. */
  static Contender of(Runnable body) {
    return () -> {
      long start = System.nanoTime();
      body.run();
      return (System.nanoTime() - start) * 1e-9;
    };
  }
}
