/**
 * The peers whose native libraries come from Maven: ONNX Runtime, libtorch, the Rust tokenizers.
 * Only the profile {@code peers} compiles this folder; {@link dev.weft.bench.peer.Peers} finds it.
 */
@NullMarked
package dev.weft.bench.peer.natives;

import org.jspecify.annotations.NullMarked;
