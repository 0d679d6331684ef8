package dev.weft.tensor.laws;

import java.util.Random;

/** {@link Law#PERMUTATION}. */
final class PermutationCheck implements Check {
  @Override
  public boolean appliesTo(KernelUnderTest<?> kernel) {
    return Check.has(kernel, Trait.Permutes.class);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return drawn.with(Values.ORDINARY);
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    for (Trait<C> trait : kernel.traits()) {
      if (trait instanceof Trait.Permutes<C> permutes) {
        check(kernel, at, permutes);
      }
    }
  }

  private static <C> void check(KernelUnderTest<C> kernel, LawCase at, Trait.Permutes<C> trait) {
    Trial<C> inputs = Trial.draw(kernel, at);
    Trial<C> plain = Trial.draw(kernel, at).run();
    Trial<C> permuted = Trial.draw(kernel, at);
    for (Operand operand : permuted.operands.all()) {
      if (operand.role() != Operand.Role.OUTPUT) {
        Operand from = inputs.named(operand.name());
        long[] moved = moved(operand, trait, at);
        for (int i = 0; i < moved.length; i++) {
          operand.copy(i, from, moved[i]);
        }
      }
    }
    permuted.run();
    for (Operand got : permuted.operands.written()) {
      Operand want = plain.named(got.name());
      long[] moved = moved(got, trait, at);
      for (int i = 0; i < moved.length; i++) {
        Trial.mustEqual(
            got, i, want, moved[i], trait.tolerance(), "as before the inputs were permuted");
      }
    }
  }

  /** Which element of the operand comes to each place. */
  private static long[] moved(Operand operand, Trait.Permutes<?> trait, LawCase at) {
    Extent extent = operand.extent();
    int dim = trait.dims().getOrDefault(operand.name(), -1);
    int[] order = order(dim < 0 ? 0 : (int) extent.dims()[dim], at.seed());
    long[] moved = new long[(int) operand.count()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = dim < 0 ? i : extent.moved(i, dim, order[(int) extent.position(i, dim)]);
    }
    return moved;
  }

  /** A random permutation that leaves nothing in its place (Sattolo 1986). */
  private static int[] order(int size, long seed) {
    Random random = new Random(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i);
      int moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    return order;
  }
}
