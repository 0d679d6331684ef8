package dev.weft.tensor.laws;

/** {@link Law#BATCH}: some rows of a case, computed alone, against the same among all of them. */
final class BatchCheck implements Check {
  /** Rows that are computed alone. */
  private static final int ALONE = 4;

  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.Rows.class);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.Rows<C>(String axis)) {
        int rows = at.at(axis);
        Trial<C> inputs = Trial.draw(kernel, at);
        Trial<C> whole = Trial.draw(kernel, at).run();
        for (int i = 0; i < Math.min(ALONE, rows); i++) {
          part(kernel, at.rows(axis, (int) ((long) i * rows / ALONE % rows), 1), inputs, whole);
        }
        if (rows > 1) {
          int cut = 1 + (int) Long.remainderUnsigned(at.bits("cut", 0), rows - 1);
          part(kernel, at.rows(axis, 0, cut), inputs, whole);
          part(kernel, at.rows(axis, cut, rows - cut), inputs, whole);
        }
      }
    }
  }

  private static <C> void part(
      KernelUnderTest<C> kernel, LawCase some, Trial<C> inputs, Trial<C> whole) {
    Trial<C> part = Trial.draw(kernel, some);
    for (Operand operand : part.operands.all()) {
      Operand from = inputs.named(operand.name());
      for (long i = 0; operand.role() != Operand.Role.OUTPUT && i < operand.count(); i++) {
        operand.copy(i, from, of(operand, i, from, some.firstRow()));
      }
    }
    part.run();
    for (Operand operand : part.operands.written()) {
      Operand among = whole.named(operand.name());
      for (long i = 0; operand.extent().rowDim() >= 0 && i < operand.count(); i++) {
        long j = of(operand, i, among, some.firstRow());
        Trial.mustEqual(operand, i, among, j, Tolerance.BITS, "as among more rows");
      }
    }
  }

  /** The element of the whole operand that element {@code i} of some of its rows is. */
  private static long of(Operand some, long i, Operand all, long firstRow) {
    int dim = some.extent().rowDim();
    if (dim < 0) {
      return i;
    }
    long same = some.extent().resized(i, dim, all.extent().dims()[dim]);
    return all.extent().moved(same, dim, firstRow + some.extent().position(i, dim));
  }
}
