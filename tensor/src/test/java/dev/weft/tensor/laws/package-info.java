/**
 * Laws that a kernel must obey, and what is needed to try them on a kernel of one's own: cases
 * drawn at random, operands between canaries, failures shrunk to the smallest shape. Published as
 * the {@code tests} jar of {@code weft-tensor}; it needs jqwik and JUnit on the test class path.
 *
 * <p>Start with {@link dev.weft.tensor.laws.KernelUnderTest}, the one interface to implement, and
 * {@link dev.weft.tensor.laws.KernelLaws}, which makes tests of it. What each law says stands at
 * {@link dev.weft.tensor.laws.Law}. Weft's own kernels are not here: they are tried by the same
 * laws in the tests of their backends.
 *
 * <p>A case is a point on a lattice of sizes and choices, a family of values and a seed; the
 * element of an operand is a hash of the seed, the operand's name and the element's index. So a
 * case can be made smaller without changing what is left of it, and a shrunk failure shows the
 * numbers that failed. Drawing every element from a jqwik arbitrary was tried: shrinking then walks
 * through the values of a thousand elements before it reaches the shape, which is what one wants to
 * know.
 */
@NullMarked
package dev.weft.tensor.laws;

import org.jspecify.annotations.NullMarked;
