/** The choice of a backend, made once and announced. Internal. */
@NullMarked
package dev.weft.tensor.backend;

import org.jspecify.annotations.NullMarked;
