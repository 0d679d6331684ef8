/** The BERT family of encoders. */
@NullMarked
package dev.weft.models.bert;

import org.jspecify.annotations.NullMarked;
