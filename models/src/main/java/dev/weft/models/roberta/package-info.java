/**
 * The RoBERTa family of encoders, XLM-RoBERTa among them: BERT's blocks, other positions and heads.
 */
@NullMarked
package dev.weft.models.roberta;

import org.jspecify.annotations.NullMarked;
