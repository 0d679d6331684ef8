/** Who owns native memory and when it is freed. Internal. */
@NullMarked
package dev.weft.tensor.memory;

import org.jspecify.annotations.NullMarked;
