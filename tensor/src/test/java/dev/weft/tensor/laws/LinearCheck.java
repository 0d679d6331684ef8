package dev.weft.tensor.laws;

/** {@link Law#LINEARITY}. */
final class LinearCheck implements Check {
  /** Bound of additivity, of the largest of the numbers: sums of two roundings each. */
  private static final double BOUND = 1e-4;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.Linear.class);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.Linear<C>(String input, String output)) {
        check(kernel, at, input, output);
      }
    }
  }

  private static <C> void check(
      KernelUnderTest<C> kernel, LawCase at, String input, String output) {
    Operand x = apply(kernel, at, input, 1, 0).named(output);
    Operand z = apply(kernel, at, input, 0, 1).named(output);
    Operand sum = apply(kernel, at, input, 1, 1).named(output);
    Operand scaled = apply(kernel, at, input, -2, 0).named(output);
    double largest = 1;
    for (long i = 0; i < x.count(); i++) {
      largest = Math.max(largest, Math.max(Math.abs(x.get(i)), Math.abs(z.get(i))));
    }
    for (long i = 0; i < x.count(); i++) {
      double got = scaled.get(i);
      double want = -2.0 * x.get(i);
      if (got != want) {
        throw new LawViolation(
            "%s of -2 %s: got %s, expected %s, -2 times that of %s"
                .formatted(x.element(i), input, got, want, input));
      }
      got = sum.get(i);
      want = (double) x.get(i) + z.get(i);
      if (!(Math.abs(got - want) <= BOUND * largest)) {
        throw new LawViolation(
            "%s of a sum in %s: got %s, expected %s, the sum of two"
                .formatted(x.element(i), input, got, want));
      }
    }
  }

  /** Runs with {@code a} times the drawn input plus {@code b} times another. */
  private static <C> Trial<C> apply(
      KernelUnderTest<C> kernel, LawCase at, String input, float a, float b) {
    return Trial.draw(kernel, at)
        .cleared()
        .map(input, (i, x) -> a * x + b * Values.ORDINARY.of(at.bits("other " + input, i)))
        .run();
  }
}
