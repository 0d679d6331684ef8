/** The ModernBERT family of encoders. */
@NullMarked
package dev.weft.models.modernbert;

import org.jspecify.annotations.NullMarked;
