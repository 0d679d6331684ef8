/** LoRA adapters on any linear layer, saved and loaded in PEFT's format. */
@NullMarked
package dev.weft.lora;

import org.jspecify.annotations.NullMarked;
