package dev.weft.bench;

import java.util.OptionalDouble;

/**
 * One line of a result. Rates, so that more is better on both sides.
 *
 * @param name the case, in the words of the benchmark's table
 * @param threads on both sides
 * @param peerName openblas, libtorch, onnxruntime, pytorch, tokenizers or bandwidth
 * @param peerVersion with what else decides its speed, as its choice of kernels
 * @param ours our rate, from the median time
 * @param peer the peer's rate, likewise
 * @param unit of both rates
 * @param oursSpread distance between the quartiles of our times, as a fraction of their median
 * @param peerSpread the same of the peer's
 * @param target the least ratio that is wanted, where one is
 */
public record Row(
    String name,
    int threads,
    String peerName,
    String peerVersion,
    double ours,
    double peer,
    String unit,
    double oursSpread,
    double peerSpread,
    OptionalDouble target) {
  /** How many times the peer's rate ours is. */
  public double ratio() {
    return ours / peer;
  }

  /** Whether there is a target and the ratio is below it. */
  public boolean missed() {
    return target.isPresent() && ratio() < target.getAsDouble();
  }
}
