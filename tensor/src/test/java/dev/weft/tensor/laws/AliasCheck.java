package dev.weft.tensor.laws;

/** {@link Law#ALIASING}: inputs of one extent, then an output in place of an input. */
final class AliasCheck implements Check {
  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    Trial<C> copies = Trial.draw(kernel, at, Sharing.of(Sharing.Inputs.COPIES)).run();
    Trial.draw(kernel, at, Sharing.of(Sharing.Inputs.SHARED))
        .run()
        .mustEqual(copies, Tolerance.BITS, "as from inputs that are copies of each other");
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.InPlace<C>(String input, String output)) {
        Trial<C> apart = Trial.draw(kernel, at).run();
        Trial.draw(kernel, at, Sharing.inPlace(input, output))
            .run()
            .mustEqual(apart, Tolerance.BITS, "as where it does not lie in place of " + input);
      }
    }
  }
}
