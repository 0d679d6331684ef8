package dev.weft.tensor.laws;

/** {@link Law#SHIFT}. */
final class ShiftCheck implements Check {
  private static final double SHIFT = 8;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.ShiftInvariant.class);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.ShiftInvariant<C>(String input, String output, Tolerance t)) {
        Trial<C> plain = Trial.draw(kernel, at).map(input, (i, x) -> coarse(x)).run();
        Trial<C> shifted = Trial.draw(kernel, at).map(input, (i, x) -> coarse(x) + SHIFT).run();
        Operand want = plain.named(output);
        Operand got = shifted.named(output);
        for (long i = 0; i < want.count(); i++) {
          Trial.mustEqual(got, i, want, i, t, "that without " + SHIFT + " added to " + input);
        }
      }
    }
  }

  private static double coarse(double x) {
    return Math.rint(x * 0x1p9) * 0x1p-9;
  }
}
