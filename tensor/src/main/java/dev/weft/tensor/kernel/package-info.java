/** What a kernel reads and writes, and the scalar bodies that define what it means to the bit. */
@NullMarked
package dev.weft.tensor.kernel;

import org.jspecify.annotations.NullMarked;
