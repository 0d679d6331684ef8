package dev.weft.tensor.laws;

/**
 * {@link Law#GRADIENT}: {@code <(f(x + hv) - f(x - hv)) / 2h, y>} against {@code <v, J^T y>}, two
 * steps h extrapolated (Richardson), so that h can be large enough for floats.
 */
final class GradientCheck implements Check {
  private static final double STEP = 0x1p-6;

  /**
   * Of the inner products' magnitudes. Rounding leaves about 2^-24 / h, 4e-6 of the outputs;
   * extrapolation h^4.
   */
  private static final double BOUND = 1e-3;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.Derivative.class);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY).sizesAtMost(70);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.Derivative<C> derivative) {
        check(kernel, at, derivative);
      }
    }
  }

  private static <C> void check(KernelUnderTest<C> kernel, LawCase at, Trait.Derivative<C> d) {
    Trial<C> trial = moved(kernel, at, d.input(), 0);
    Operand y = AdjointCheck.random(trial, d.output(), at);
    Operand dx = trial.operands.like(d.input());
    d.transpose().apply(trial.call, y.buf(), dx.buf());
    double[] analytic = new double[2];
    for (long i = 0; i < dx.count(); i++) {
      double product = dx.get(i) * direction(at, d.input(), dx.extent().place(i));
      analytic[0] += product;
      analytic[1] += Math.abs(product);
    }
    double near = difference(kernel, at, d, y, STEP);
    double far = difference(kernel, at, d, y, 2 * STEP);
    double numeric = (4 * near - far) / 3;
    double scale = 1 + analytic[1] + AdjointCheck.dot(trial.named(d.output()), y)[1];
    if (!(Math.abs(numeric - analytic[0]) <= BOUND * scale)) {
      throw new LawViolation(
          "derivative of %s in %s: got %s, expected %s by central differences"
              .formatted(d.output(), d.input(), analytic[0], numeric));
    }
  }

  private static double direction(LawCase at, String input, long place) {
    return Values.ORDINARY.of(at.bits("direction of " + input, place)) / 4;
  }

  private static <C> double difference(
      KernelUnderTest<C> kernel, LawCase at, Trait.Derivative<C> d, Operand y, double step) {
    double up = AdjointCheck.dot(moved(kernel, at, d.input(), step).named(d.output()), y)[0];
    double down = AdjointCheck.dot(moved(kernel, at, d.input(), -step).named(d.output()), y)[0];
    return (up - down) / (2 * step);
  }

  private static <C> Trial<C> moved(
      KernelUnderTest<C> kernel, LawCase at, String input, double step) {
    return Trial.draw(kernel, at)
        .cleared()
        .map(input, (i, x) -> x + step * direction(at, input, i))
        .run();
  }
}
