package dev.weft.tensor.laws;

/**
 * {@link Law#REPEATS}: small operands, so that many calls are few seconds. The JIT compiles a
 * kernel on the way, first with C1, then with C2.
 */
final class RepeatCheck implements Check {
  private static final int CALLS = 50_000;

  /** Outputs are compared after so many calls, and after each of the first ones. */
  private static final int EVERY = 64;

  @Override
  public int tries(KernelUnderTest<?> kernel, int wanted) {
    return Math.max(1, wanted / 50);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    long sizes = drawn.axes().stream().filter(Axis::isSize).count();
    return drawn.with(Values.ORDINARY).sizesAtMost(sizes > 4 ? 5 : 19);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    Trial<C> first = Trial.draw(kernel, at).run();
    Trial<C> again = Trial.draw(kernel, at);
    again.operands.remember();
    for (int call = 2; call <= CALLS; call++) {
      again.run();
      if (call < EVERY || call % EVERY == 0 || call == CALLS) {
        again.mustEqual(first, Tolerance.BITS, "of the first call, in call " + call);
      }
      again.operands.restore();
    }
  }
}
