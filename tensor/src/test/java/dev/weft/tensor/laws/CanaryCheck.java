package dev.weft.tensor.laws;

import java.util.Optional;

/** {@link Law#CANARIES}. */
final class CanaryCheck implements Check {
  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    Trial<C> first = Trial.draw(kernel, at);
    first.operands.remember();
    first.run();
    Optional<String> touched = first.operands.touched();
    if (touched.isPresent()) {
      throw new LawViolation("written outside the outputs: " + touched.get());
    }
    Trial.draw(kernel, at, Trial.NAN_NOISE)
        .run()
        .mustEqual(first, Tolerance.BITS, "as where other bytes lay round operands and in outputs");
  }
}
