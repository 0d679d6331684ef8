/**
 * Layers as a tree of modules, each declaring its parameters once, by their Hugging Face names.
 *
 * <p>Here: {@link Module} and {@link Params} (the tree, and where parameters come from), the layers
 * every family shares, and {@link Packed} (a batch without padding). Not here: model families
 * ({@code dev.weft.models}), adapters ({@code dev.weft.lora}), operations ({@code
 * dev.weft.tensor.F}). Start with {@link Linear}, then {@link Params}. Anyone may import it.
 *
 * <p>Dimension letters, in this module and above: B batch, T query positions, S key positions, H
 * hidden, N heads, K key-value heads, D head size, V vocabulary, I items.
 *
 * <p>Decisions. A parameter is declared in one call that names, shapes, initialises or loads and
 * registers it; random values depend on seed and name alone, so that adding a layer changes no
 * other. A module holds no mode: training, dropout and adapters belong to the {@link
 * dev.weft.tensor.Run}. Adapters are looked up by path, so no model is rewritten to carry them.
 */
@NullMarked
package dev.weft.nn;

import org.jspecify.annotations.NullMarked;
