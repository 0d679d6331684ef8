/**
 * Looking inside a model: what its modules read and give in a forward, where its attention goes,
 * and what becomes of the result when something in between is another.
 *
 * <p>Here: {@link dev.weft.models.inspect.Trace}, to start reading at, which names modules by the
 * dotted paths of their tree and keeps or replaces what they compute; {@link
 * dev.weft.models.inspect.LogitLens}, the tokens that every layer would say. Not here: the hooks,
 * which are {@link dev.weft.tensor.Probe} and {@code watch} of {@link dev.weft.nn.Module}; saving a
 * whole forward to a file, which is {@link dev.weft.models.PaddedForward}. Whoever uses a model may
 * import this package; nothing in a forward does.
 *
 * <p>Decisions. What a module gives is what Hugging Face's module of the same path gives: where a
 * forward adds the residual, or applies an activation, in the same pass as a product, a module that
 * is looked at is computed in parts, to the same bits. Dropouts cannot be named, as they compute
 * nothing in evaluation. Attention probabilities, which a forward never stores, are computed again
 * beside the fused result, for the modules that ask for them alone; a model goes on with the fused
 * result. What is kept are copies outside the step: they live as long as they are referred to, and
 * nothing has to be closed.
 */
@NullMarked
package dev.weft.models.inspect;

import org.jspecify.annotations.NullMarked;
