/**
 * Text out of a decoder, or of an encoder and its decoder, token by token.
 *
 * <p>Start at {@link dev.weft.models.generate.TextGenerator}; {@link
 * dev.weft.models.generate.Continuation} is what a model must offer. Decoding is greedy: the most
 * probable token is taken, so a prompt has one answer. The rules that a {@code
 * generation_config.json} puts on top of the logits and that need no chance are applied; sampling
 * and beams have no code here yet and are said not to be applied.
 */
@NullMarked
package dev.weft.models.generate;

import org.jspecify.annotations.NullMarked;
