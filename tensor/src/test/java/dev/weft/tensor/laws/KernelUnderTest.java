package dev.weft.tensor.laws;

import dev.weft.tensor.Compute;
import java.util.List;

/**
 * A kernel as the laws see it. Implement it, hand it to {@link KernelLaws#of}, and every law that
 * applies is a test.
 *
 * <p>{@link #draw} must depend on its arguments alone and must not read what it allocates: the laws
 * draw a case more than once, fill operands otherwise before they run it, and draw smaller ones.
 * Draws for a case with an axis at its least and most value must both be calls that the kernel
 * accepts. The law on JIT tiers draws in another process, for which the class needs a constructor
 * without arguments.
 *
 * @param <C> a call: whatever {@link #run} needs to know, often a record
 */
public interface KernelUnderTest<C> {
  /** What failures call the kernel. */
  String name();

  /** The numbers that make a case. */
  List<Axis> axes();

  /** Allocates the operands of a case and makes the call. */
  C draw(LawCase at, Operands operands);

  /** Runs the kernel; its outputs are complete when this returns. */
  void run(C call);

  /** Runs the plain body that defines what the kernel means. */
  void reference(C call);

  /** What is promised beside agreement with the reference. */
  default List<Trait<C>> traits() {
    return List.of();
  }

  /** How near the reference outputs must be; the same bits unless this says otherwise. */
  default Tolerance tolerance() {
    return Tolerance.BITS;
  }

  /** Sets the number of threads that the kernel uses from now on; unless overridden, Weft's. */
  default void threads(int count) {
    Compute.threads(count);
  }
}
