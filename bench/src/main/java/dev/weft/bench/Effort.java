package dev.weft.bench;

/**
 * How long a comparison takes.
 *
 * @param warmUp seconds each side runs, once it gets no faster, before anything is counted
 * @param rounds how often the sides take turns
 * @param turn seconds a turn lasts at least; a repetition that takes longer is a turn of its own
 * @param rest seconds of silence between turns. The threads of a peer spin for a while after its
 *     work (OpenBLAS 25 ms, MKL's OpenMP 200 ms), on processors that the other side needs
 */
public record Effort(double warmUp, int rounds, double turn, double rest) {
  /** For numbers that are published. */
  public static final Effort FULL = new Effort(3, 9, 0.3, 0.3);

  /** To see that everything runs. */
  public static final Effort SMOKE = new Effort(0.05, 1, 0, 0);

  public Effort {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: expected at least 1, got " + rounds);
    }
  }

  /** For what a processor can do at most: nothing spins that one would have to wait for. */
  public Effort forPeaks() {
    return new Effort(Math.min(warmUp, 0.5), rounds, Math.min(turn, 0.1), Math.min(rest, 0.05));
  }

  /**
   * For long repetitions of sides that leave no thread spinning: next to no rest, after which a
   * processor takes some tenths of a second to read at its full rate, and so many times the warm-up
   * and turn, that a turn is many repetitions still.
   */
  public Effort forLong(int times) {
    return new Effort(times * warmUp, rounds, times * turn, Math.min(rest, 0.05));
  }

  /** The same with so many rounds. */
  public Effort withRounds(int rounds) {
    return new Effort(warmUp, rounds, turn, rest);
  }
}
