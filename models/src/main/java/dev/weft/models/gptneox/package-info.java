/** GPT-NeoX and the Pythia models; start at {@link dev.weft.models.gptneox.GptNeox}. */
@NullMarked
package dev.weft.models.gptneox;

import org.jspecify.annotations.NullMarked;
