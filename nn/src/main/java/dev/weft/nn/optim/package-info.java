/** Optimisers, learning-rate schedules and gradient clipping. */
@NullMarked
package dev.weft.nn.optim;

import org.jspecify.annotations.NullMarked;
