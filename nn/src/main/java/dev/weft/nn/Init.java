package dev.weft.nn;

/** How a parameter starts when no checkpoint supplies it. */
public sealed interface Init {
  /** All zeros. */
  record Zeros() implements Init {}

  /** All ones. */
  record Ones() implements Init {}

  /** Normal with mean 0 and standard deviation {@code std}. */
  record Normal(float std) implements Init {}

  /** Uniform between -bound and bound. */
  record Uniform(float bound) implements Init {}

  /** Zeros. */
  Init ZEROS = new Zeros();

  /** Ones. */
  Init ONES = new Ones();

  /** PyTorch's default for a linear layer of {@code in} inputs: uniform in 1 / sqrt(in). */
  static Init linear(int in) {
    return new Uniform((float) (1 / Math.sqrt(in)));
  }
}
