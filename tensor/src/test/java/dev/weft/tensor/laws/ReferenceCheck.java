package dev.weft.tensor.laws;

/** {@link Law#REFERENCE}. */
final class ReferenceCheck implements Check {
  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    compare(kernel, at);
  }

  static <C> void compare(KernelUnderTest<C> kernel, LawCase at) {
    Trial<C> expected = Trial.draw(kernel, at).reference();
    Trial.draw(kernel, at).run().mustEqual(expected, kernel.tolerance(), "the reference's");
  }
}
