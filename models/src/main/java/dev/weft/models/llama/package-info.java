/**
 * Llama and the families that are Llama but for an option: Mistral, Qwen2, Qwen3.
 *
 * <p>Each family's file lists its config keys and says which options of {@link
 * dev.weft.models.llama.LlamaStack} they are; the blocks are written once. Start at {@link
 * dev.weft.models.llama.Llama}.
 */
@NullMarked
package dev.weft.models.llama;

import org.jspecify.annotations.NullMarked;
