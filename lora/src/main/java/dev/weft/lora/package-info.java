/**
 * LoRA adapters on any linear layer, Conv1D too, saved and loaded in PEFT's format.
 *
 * <p>Here: what an adapter is ({@link dev.weft.lora.LoraConfig}), its matrices, its forward and its
 * merging ({@link dev.weft.lora.LoraAdapter}: start there). Not here: training, which is {@code
 * dev.weft.lora.train} and trains any parameters. Users and {@code recsys} import it; no model
 * does.
 *
 * <p>Design. An adapter does not rewrite the model: it is a map from module path to what is added
 * to a layer's output, and a {@link dev.weft.tensor.Run} holds it. So one model serves many
 * adapters at once, and taking one off is not an event. The delta is computed first and the layer's
 * own product accumulates onto it; the scale multiplies the small product [rows, r] and not the
 * result.
 *
 * <p>Keys of {@code adapter_config.json} are honoured, harmless, or have one accepted value; any
 * other key or value is refused by name, because an adapter that loads must be the one that was
 * saved. JSON is Jackson's.
 */
@NullMarked
package dev.weft.lora;

import org.jspecify.annotations.NullMarked;
