/**
 * The training loop: AdamW over any parameters, from micro-batches that an {@link
 * dev.weft.lora.train.Objective} hands out.
 *
 * <p>Start with {@link dev.weft.lora.train.TrainingLoop}. Not here: what is learnt (an objective
 * lives with its model or task), files, and the console (a {@link
 * dev.weft.lora.train.TrainingListener} shows progress). {@code recsys} and users import it.
 *
 * <p>Design. A micro-batch is a pure function of seed, step and number, and dropout is keyed by the
 * same, so a run of a number of steps has the same bits however long it takes. A run with a time
 * budget cannot: its schedule follows the clock. The objective cuts a step into micro-batches, as
 * only it knows their tokens; the loop weighs them by examples, so the cut changes rounding and
 * dropout alone.
 */
@NullMarked
package dev.weft.lora.train;

import org.jspecify.annotations.NullMarked;
