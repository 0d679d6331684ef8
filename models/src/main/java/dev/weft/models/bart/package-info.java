/** The BART family of encoder-decoders. */
@NullMarked
package dev.weft.models.bart;

import org.jspecify.annotations.NullMarked;
