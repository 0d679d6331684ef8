/** Loss functions. */
@NullMarked
package dev.weft.nn.loss;

import org.jspecify.annotations.NullMarked;
