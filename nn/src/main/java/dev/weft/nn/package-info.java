/** Layers as a tree of modules, each declaring its parameters once, by their Hugging Face names. */
@NullMarked
package dev.weft.nn;

import org.jspecify.annotations.NullMarked;
