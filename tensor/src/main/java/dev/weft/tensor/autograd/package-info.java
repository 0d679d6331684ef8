/**
 * Recording of operations and exact gradients: the tape, the gradients it yields, and the contract
 * of a differentiable operation.
 */
@NullMarked
package dev.weft.tensor.autograd;

import org.jspecify.annotations.NullMarked;
