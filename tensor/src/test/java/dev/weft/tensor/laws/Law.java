package dev.weft.tensor.laws;

/** The laws, in the order in which they are tried: while a kernel is cold, that calls repeat. */
public enum Law {
  /** The first call, the second and the last of many give the same bits. */
  REPEATS,

  /** Every output is the reference's, for any sizes and values. */
  REFERENCE,

  /** The same at every size of every axis from its least to 67, beside small ones. */
  TAILS,

  /**
   * Nothing is written but outputs, and no bits depend on what lies round operands or lay in
   * outputs.
   */
  CANARIES,

  /** Inputs that share memory count as copies; outputs may lie where the kernel says so. */
  ALIASING,

  /** A NaN reaches the outputs that it reaches in the reference, and no others. */
  NAN,

  /** A row has the same bits alone, in a smaller batch and in a larger one. */
  BATCH,

  /** One thread, two, three, and several callers at once give the same bits. */
  THREADS,

  /** Permuted inputs give permuted outputs. */
  PERMUTATION,

  /** A constant added to an input changes nothing. */
  SHIFT,

  /** {@code f(-2x)} is {@code -2 f(x)} to the bit, and {@code f(x + z)} is {@code f(x) + f(z)}. */
  LINEARITY,

  /** {@code <Ax, y>} is {@code <x, A^T y>}. */
  ADJOINT,

  /** The derivative is that of central differences, along a random direction. */
  GRADIENT;

  private Check how() {
    return switch (this) {
      case REPEATS -> new RepeatCheck();
      case REFERENCE -> new ReferenceCheck();
      case TAILS -> new TailCheck();
      case CANARIES -> new CanaryCheck();
      case ALIASING -> new AliasCheck();
      case NAN -> new NanCheck();
      case BATCH -> new BatchCheck();
      case THREADS -> new ThreadCheck();
      case PERMUTATION -> new PermutationCheck();
      case SHIFT -> new ShiftCheck();
      case LINEARITY -> new LinearCheck();
      case ADJOINT -> new AdjointCheck();
      case GRADIENT -> new GradientCheck();
    };
  }

  /** Whether the kernel promises this. */
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return how().appliesTo(kernel);
  }

  /**
   * Tries a case, whatever its values.
   *
   * @throws LawViolation saying what differed, when the kernel breaks the law
   */
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    try {
      how().check(kernel, at);
    } catch (RuntimeException e) {
      throw new LawViolation("the kernel threw " + e, e);
    }
  }

  /** How many cases are tried where {@code wanted} are asked for. */
  int tries(KernelUnderTest<?> kernel, int wanted) {
    return how().tries(kernel, wanted);
  }

  /** The case that this law makes of the one that was drawn, the {@code attempt}th. */
  LawCase fit(LawCase drawn, int attempt) {
    return how().fit(drawn, attempt);
  }
}
