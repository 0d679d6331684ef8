/** The training loop and its objectives. */
@NullMarked
package dev.weft.lora.train;

import org.jspecify.annotations.NullMarked;
