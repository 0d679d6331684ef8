/** The DistilBERT family of encoders. */
@NullMarked
package dev.weft.models.distilbert;

import org.jspecify.annotations.NullMarked;
