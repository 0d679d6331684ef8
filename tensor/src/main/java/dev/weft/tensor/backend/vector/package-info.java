/**
 * The kernels on the JDK Vector API. Internal, and the only code that touches {@code
 * jdk.incubator.vector}.
 *
 * <p>Decisions. Products of many rows copy or pack both operands into arrays as they go ({@code
 * VectorGemm}), because C2 keeps 14 rows of accumulators in registers over an array and 12 over
 * native memory. Products of few rows would spend their time packing weights, so the panels of
 * weights that do not change are kept ({@code KeptPanels}, {@code KeptGemm}): native memory, read
 * once as a stream, bounded by {@code PackedLimit}, owned by what owns the weights. Functions in
 * hot loops are written out there ({@code MathLoops}): past 18,000 nodes C2 inlines no method of
 * ours any more, and every vector it hands to one becomes an object.
 *
 * <p>The same happens where C2 takes a method in that has no profile (its caller was compiled
 * first): each call there looks cold, and a cold call of more than 35 bytes, or one that is
 * compiled by itself, stays a call. So a method of ours takes and gives arrays and segments where
 * it can. Vectors cross calls of a line or two, the end of a row's sum ({@code Species.close}), and
 * {@code VectorMath}, in loops that are passed and compiled by themselves ({@code VectorUnary}) or,
 * where it is a sixth faster, in softmax's.
 *
 * <p>Loops of vectors over native memory go over a segment that their own method made ({@code
 * Species.floats}), which spares them up to a sixth of their time. Not so in {@code VectorGemm} and
 * the kept panels, where it was measured to change nothing.
 */
@NullMarked
package dev.weft.tensor.backend.vector;

import org.jspecify.annotations.NullMarked;
