/** The MPNet family of encoders. */
@NullMarked
package dev.weft.models.mpnet;

import org.jspecify.annotations.NullMarked;
