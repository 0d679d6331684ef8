package dev.weft.tensor.laws;

import java.util.List;

/** {@link Law#NAN}: one NaN somewhere in one of the float inputs. */
final class NanCheck implements Check {
  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    List<String> inputs =
        Trial.draw(kernel, at).operands.all().stream()
            .filter(o -> o.role() != Operand.Role.OUTPUT && o.isFloat() && o.count() > 0)
            .map(Operand::name)
            .toList();
    if (inputs.isEmpty()) {
      return;
    }
    String input = inputs.get((int) Long.remainderUnsigned(at.bits("input", 0), inputs.size()));
    Trial<C> got = spoiled(kernel, at, input).run();
    Trial<C> expected = spoiled(kernel, at, input).reference();
    boolean reached = false;
    for (Operand want : expected.operands.written()) {
      Operand mine = got.named(want.name());
      for (long i = 0; want.buf().dtype().isFloating() && i < want.count(); i++) {
        reached |= Float.isNaN(mine.get(i));
        if (Float.isNaN(mine.get(i)) != Float.isNaN(want.get(i))) {
          throw new LawViolation(
              "%s: got %s, expected %s, the reference's of a NaN in %s"
                  .formatted(mine.element(i), mine.show(i), want.show(i), input));
        }
      }
    }
    if (!reached && kernel.traits().contains(new Trait.KeepsNan<C>(input))) {
      throw new LawViolation("a NaN in " + input + " reaches no output");
    }
  }

  private static <C> Trial<C> spoiled(KernelUnderTest<C> kernel, LawCase at, String input) {
    Trial<C> trial = Trial.draw(kernel, at);
    Operand operand = trial.named(input);
    operand.set(Long.remainderUnsigned(at.bits("NaN", 0), operand.count()), Float.NaN);
    return trial;
  }
}
