package dev.weft.tensor.laws;

/** {@link Law#TAILS}: one size after the other, so that no length of a tail is left to chance. */
final class TailCheck implements Check {
  private static final int SIZES = 68;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return kernel.axes().stream().anyMatch(Axis::isSize);
  }

  @Override
  public int tries(KernelUnderTest<?> kernel, int wanted) {
    return SIZES * (int) kernel.axes().stream().filter(Axis::isSize).count();
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    Axis swept = drawn.axes().stream().filter(Axis::isSize).toList().get(attempt / SIZES);
    int size = Math.min(swept.most(), swept.least() + attempt % SIZES);
    return drawn.sizesAtMost(3).with(swept.name(), size);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    ReferenceCheck.compare(kernel, at);
  }
}
