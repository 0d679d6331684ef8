package dev.weft.tensor.laws;

/** How a law is tried on a case. */
interface Check {
  /** Whether the kernel promises it. */
  default boolean appliesTo(KernelUnderTest<?> kernel) {
    return true;
  }

  /** How many cases are tried where {@code wanted} are asked for. */
  default int tries(KernelUnderTest<?> kernel, int wanted) {
    return wanted;
  }

  /** The case to try where {@code drawn} was drawn, the {@code attempt}th. */
  default LawCase fit(LawCase drawn, int attempt) {
    return drawn;
  }

  /**
   * Tries a case.
   *
   * @throws LawViolation when the kernel breaks the law
   */
  <C> void check(KernelUnderTest<C> kernel, LawCase at);

  /** Whether the kernel has a trait. */
  static boolean has(KernelUnderTest<?> kernel, Class<?> trait) {
    return kernel.traits().stream().anyMatch(trait::isInstance);
  }
}
