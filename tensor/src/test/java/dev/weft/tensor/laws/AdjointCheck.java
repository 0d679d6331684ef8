package dev.weft.tensor.laws;

/** {@link Law#ADJOINT}, of a derivative of something linear. */
final class AdjointCheck implements Check {
  private static final double BOUND = 1e-4;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.Linear.class) && Check.has(kernel, Trait.Derivative.class);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.Derivative<C> d
          && kernel.traits().contains(new Trait.Linear<C>(d.input(), d.output()))) {
        Trial<C> trial = Trial.draw(kernel, at).cleared().run();
        Operand ax = trial.named(d.output());
        Operand y = random(trial, d.output(), at);
        Operand aty = trial.operands.like(d.input());
        d.transpose().apply(trial.call, y.buf(), aty.buf());
        double[] left = dot(ax, y);
        double[] right = dot(trial.named(d.input()), aty);
        double scale = 1 + left[1] + right[1];
        if (!(Math.abs(left[0] - right[0]) <= BOUND * scale)) {
          throw new LawViolation(
              "<A %s, y> is %s, <%s, A^T y> is %s"
                  .formatted(d.input(), left[0], d.input(), right[0]));
        }
      }
    }
  }

  /** An operand like the one named, of ordinary numbers. */
  static <C> Operand random(Trial<C> trial, String name, LawCase at) {
    Operand y = trial.operands.like(name);
    for (long i = 0; i < y.count(); i++) {
      y.set(i, Values.ORDINARY.of(at.bits("gradient of " + name, i)));
    }
    return y;
  }

  /** The inner product, and that of the magnitudes. */
  static double[] dot(Operand a, Operand b) {
    double sum = 0;
    double magnitude = 0;
    for (long i = 0; i < a.count(); i++) {
      double product = (double) a.get(i) * b.get(i);
      sum += product;
      magnitude += Math.abs(product);
    }
    return new double[] {sum, magnitude};
  }
}
