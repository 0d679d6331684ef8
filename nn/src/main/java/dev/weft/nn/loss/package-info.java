/**
 * Loss functions under PyTorch's names: {@link CrossEntropy}, {@link BceWithLogits}.
 *
 * <p>Not here: objectives that know a model or its data (sampled softmax, causal language
 * modelling), which live with their trainers. Anyone may import it.
 *
 * <p>Decisions. A reduction is a method ({@code mean}, {@code sum}), not an option. A mean over
 * micro-batches of unequal size is the caller's to weigh.
 */
@NullMarked
package dev.weft.nn.loss;

import org.jspecify.annotations.NullMarked;
