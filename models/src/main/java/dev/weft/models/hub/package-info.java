/**
 * Where models come from: directories in Hugging Face's layout, and the embedded default backbone
 * in the user's cache.
 */
@NullMarked
package dev.weft.models.hub;

import org.jspecify.annotations.NullMarked;
