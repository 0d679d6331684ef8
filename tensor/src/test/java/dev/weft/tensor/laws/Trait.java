package dev.weft.tensor.laws;

import dev.weft.tensor.kernel.Buf;
import java.util.Map;

/**
 * Something a kernel promises, which switches on the law of it.
 *
 * @param <C> the kernel's call
 */
public sealed interface Trait<C> {
  /**
   * The kernel treats the rows of its operands independently: those whose extent has a row dim. A
   * row's bits are the same whatever rows are computed with it.
   *
   * @param axis the number of rows
   */
  record Rows<C>(String axis) implements Trait<C> {}

  /**
   * Inputs whose parts change places give outputs whose parts change places likewise, as near as
   * {@code tolerance}; outputs that are not named stay as they are.
   *
   * @param dims the dim along which each operand is permuted, by the operand's name
   */
  record Permutes<C>(Map<String, Integer> dims, Tolerance tolerance) implements Trait<C> {}

  /**
   * A constant added to every element of {@code input} leaves {@code output} as it is, as near as
   * {@code tolerance}. The inputs of the law are multiples of 2^-9 and the constant is 8, so that
   * the sums are exact.
   */
  record ShiftInvariant<C>(String input, String output, Tolerance tolerance) implements Trait<C> {}

  /** {@code output} is linear in {@code input}; operands that are updated start at 0. */
  record Linear<C>(String input, String output) implements Trait<C> {}

  /** {@code output} has a derivative in {@code input}, which {@code transpose} applies. */
  record Derivative<C>(String input, String output, Transpose<C> transpose) implements Trait<C> {}

  /** {@code output} may lie where {@code input} lies. */
  record InPlace<C>(String input, String output) implements Trait<C> {}

  /** A NaN anywhere in {@code input} makes some output NaN. */
  record KeepsNan<C>(String input) implements Trait<C> {}

  /**
   * Applies the transposed derivative of a call at its inputs.
   *
   * @param <C> the kernel's call
   */
  @FunctionalInterface
  interface Transpose<C> {
    /**
     * Writes {@code din = J^T dout}. The call has been run: what it wrote may be read.
     *
     * @param dout laid out as the output
     * @param din laid out as the input, zeros
     */
    void apply(C call, Buf dout, Buf din);
  }
}
