/** The T5 family of encoder-decoders: T5, T5 v1.1, FLAN-T5, mT5, UMT5, and their encoders alone. */
@NullMarked
package dev.weft.models.t5;

import org.jspecify.annotations.NullMarked;
