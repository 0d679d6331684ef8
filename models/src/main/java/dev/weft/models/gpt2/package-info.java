/** GPT-2; start at {@link dev.weft.models.gpt2.Gpt2}. */
@NullMarked
package dev.weft.models.gpt2;

import org.jspecify.annotations.NullMarked;
