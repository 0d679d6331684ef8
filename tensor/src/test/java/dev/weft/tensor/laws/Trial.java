package dev.weft.tensor.laws;

/** A drawn call and its operands. */
final class Trial<C> {
  /** Bytes of two floats that are finite, and of a NaN. */
  static final byte NOISE = 0x5C;

  static final byte NAN_NOISE = (byte) 0xFF;

  private final KernelUnderTest<C> kernel;
  final Operands operands;
  final C call;

  private Trial(KernelUnderTest<C> kernel, Operands operands, LawCase at) {
    this.kernel = kernel;
    this.operands = operands;
    call = kernel.draw(at, operands);
  }

  static <C> Trial<C> draw(KernelUnderTest<C> kernel, LawCase at) {
    return draw(kernel, at, NOISE);
  }

  static <C> Trial<C> draw(KernelUnderTest<C> kernel, LawCase at, byte filler) {
    return new Trial<>(kernel, new Operands(at, filler, Sharing.NONE), at);
  }

  static <C> Trial<C> draw(KernelUnderTest<C> kernel, LawCase at, Sharing sharing) {
    return new Trial<>(kernel, new Operands(at, NOISE, sharing), at);
  }

  Trial<C> run() {
    kernel.run(call);
    return this;
  }

  Trial<C> reference() {
    kernel.reference(call);
    return this;
  }

  Operand named(String name) {
    return operands.named(name);
  }

  /**
   * Replaces every element of a float operand by a function of its index and of what was drawn:
   * where elements share memory each is replaced once.
   */
  Trial<C> map(String name, Change change) {
    Operand operand = named(name);
    float[] drawn = new float[(int) operand.count()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = operand.get(i);
    }
    for (int i = 0; i < drawn.length; i++) {
      operand.set(i, (float) change.of(operand.extent().place(i), drawn[i]));
    }
    return this;
  }

  /** A new value for an element at a place in memory. */
  interface Change {
    double of(long place, double drawn);
  }

  /** Makes what the kernel updates start at 0. */
  Trial<C> cleared() {
    for (Operand operand : operands.all()) {
      if (operand.role() == Operand.Role.UPDATED) {
        map(operand.name(), (i, x) -> 0);
      }
    }
    return this;
  }

  /** Fails where an output differs from that of another trial of the same extents. */
  void mustEqual(Trial<C> expected, Tolerance tolerance, String than) {
    for (Operand want : expected.operands.written()) {
      Operand got = named(want.name());
      for (long i = 0; i < want.count(); i++) {
        mustEqual(got, i, want, i, tolerance, than);
      }
    }
  }

  /** Fails where an element differs from another. */
  static void mustEqual(
      Operand got, long i, Operand want, long j, Tolerance tolerance, String than) {
    if (!tolerance.accepts(got, i, want, j)) {
      throw new LawViolation(
          "%s: got %s, expected %s, %s".formatted(got.element(i), got.show(i), want.show(j), than));
    }
  }
}
