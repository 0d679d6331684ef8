/** Text to token ids and back, as {@code tokenizer.json} or {@code vocab.txt} says. */
@NullMarked
package dev.weft.models.tokenizer;

import org.jspecify.annotations.NullMarked;
