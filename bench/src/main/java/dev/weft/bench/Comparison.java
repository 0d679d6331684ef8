package dev.weft.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Two sides measured in turns in one run, so that whatever else the machine does hits both. Each
 * goes first in every other round; the time of a turn is the median of its repetitions, the time of
 * a side the median of its turns.
 *
 * @param ours times of ours
 * @param peer times of the peer
 */
public record Comparison(Series ours, Series peer) {
  /** Repetitions shorter than this are preceded by one uncounted, which wakes the workers. */
  private static final double SHORT = 0.1;

  /** Measures both sides. */
  public static Comparison run(Contender ours, Contender peer, Effort effort) {
    double oursOnce = warmUp(ours, effort);
    rest(effort);
    double peerOnce = warmUp(peer, effort);
    double[] a = new double[effort.rounds()];
    double[] b = new double[effort.rounds()];
    for (int round = 0; round < effort.rounds(); round++) {
      if (round % 2 == 0) {
        a[round] = turn(ours, oursOnce, effort);
        b[round] = turn(peer, peerOnce, effort);
      } else {
        b[round] = turn(peer, peerOnce, effort);
        a[round] = turn(ours, oursOnce, effort);
      }
    }
    return new Comparison(new Series(a), new Series(b));
  }

  /** One side alone. */
  public static Series alone(Contender side, Effort effort) {
    double once = warmUp(side, effort);
    double[] times = new double[effort.rounds()];
    for (int round = 0; round < effort.rounds(); round++) {
      times[round] = turn(side, once, effort);
    }
    return new Series(times);
  }

  /**
   * Seconds of the last repetition. Goes on until so long no repetition took a tenth less than the
   * fastest before it: the first ones run in the interpreter, and may take seconds each. One counts
   * for no more than the fastest took: the second use of a weight packs it, and is slower than the
   * first (a token of 1B parameters took 2 s, the next 14, the third some 0.1).
   */
  private static double warmUp(Contender side, Effort effort) {
    double settled = 0;
    double best = Double.POSITIVE_INFINITY;
    double once;
    int times = 0;
    do {
      once = side.seconds();
      settled = once < 0.9 * best ? 0 : settled + Math.min(once, best);
      best = Math.min(best, once);
      times++;
    } while (settled < effort.warmUp() || times < 2);
    return once;
  }

  private static double turn(Contender side, double once, Effort effort) {
    rest(effort);
    if (once < SHORT) {
      side.seconds();
    }
    List<Double> times = new ArrayList<>();
    double total = 0;
    do {
      double seconds = side.seconds();
      times.add(seconds);
      total += seconds;
    } while (total < effort.turn());
    return new Series(times.stream().mapToDouble(Double::doubleValue).toArray()).median();
  }

  private static void rest(Effort effort) {
    long end = System.nanoTime() + (long) (effort.rest() * 1e9);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
