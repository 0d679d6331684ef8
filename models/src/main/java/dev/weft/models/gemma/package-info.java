/**
 * Gemma 2 and the text model of Gemma 3.
 *
 * <p>Each family's file lists its config keys and says which options of {@link
 * dev.weft.models.gemma.GemmaStack} they are; the blocks are written once. Start at {@link
 * dev.weft.models.gemma.Gemma2}.
 */
@NullMarked
package dev.weft.models.gemma;

import org.jspecify.annotations.NullMarked;
