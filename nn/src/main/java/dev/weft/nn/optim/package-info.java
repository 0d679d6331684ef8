/**
 * Optimisers, learning-rate schedules and gradient clipping.
 *
 * <p>Start with {@link AdamW}. A training step reads
 *
 * <pre>{@code
 * double norm = GradientClipping.norm(gradients);
 * optimizer.step(gradients, schedule.factor(step), GradientClipping.scale(norm, 1.0));
 * gradients.clear();
 * }</pre>
 *
 * <p>Not here: the training loop, accumulation over micro-batches ({@code Tape.backward} adds), and
 * files (an optimiser gives and takes a {@code StateDict}). Anyone may import it.
 *
 * <p>Decisions. Gradients are a value handed to the optimiser, not a field of the parameter. A
 * schedule is a pure function of the step, so that resuming needs the step alone. State is kept by
 * parameter name under PyTorch's names. The factors of a step are computed in double and rounded
 * once, as PyTorch rounds Python's numbers.
 */
@NullMarked
package dev.weft.nn.optim;

import org.jspecify.annotations.NullMarked;
