/**
 * The differentiable operations, one a file: shape rule, forward and backward. Internal; users call
 * them through {@code F}.
 */
@NullMarked
package dev.weft.tensor.ops;

import org.jspecify.annotations.NullMarked;
