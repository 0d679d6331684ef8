/**
 * Tensors as immutable views of native memory, their shapes and element types, and the functions on
 * them: the daily API.
 */
@NullMarked
package dev.weft.tensor;

import org.jspecify.annotations.NullMarked;
