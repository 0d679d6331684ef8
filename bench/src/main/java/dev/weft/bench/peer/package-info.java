/**
 * What Weft is measured against. {@link dev.weft.bench.peer.Peer} is the one small interface; the
 * kinds of work are below it. OpenBLAS (through {@code java.lang.foreign}) and PyTorch (a process)
 * need no jar and are here; ONNX Runtime, libtorch and the Rust tokenizers are in {@code
 * src/peers/java}, which the Maven profile {@code peers} alone compiles, and are found as services.
 *
 * <p>A peer is given what its users give it, on the same number of threads, and the work is timed
 * without bringing data to it where its users would keep them there.
 */
@NullMarked
package dev.weft.bench.peer;

import org.jspecify.annotations.NullMarked;
