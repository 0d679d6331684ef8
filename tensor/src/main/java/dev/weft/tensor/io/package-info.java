/**
 * Tensors in files: the safetensors format, read by mapping and written by streaming.
 *
 * <p><b>Here:</b> {@link dev.weft.tensor.io.SafeTensorsHeader} (what a file declares, checked
 * against the whole promise of the format), {@link dev.weft.tensor.io.SafeTensors} (writing),
 * {@link dev.weft.tensor.io.Checkpoint} (one file, or many shards, mapped and handed out as
 * tensors), {@link dev.weft.tensor.io.StateDict} and {@link dev.weft.tensor.io.LoadReport} (how a
 * set of tensors fits a model), {@link dev.weft.tensor.io.AtomicFile} (write beside, rename).
 *
 * <p><b>Not here:</b> pickles, GGUF, ONNX; names of a model's parameters; anything that converts a
 * stored type, which is an op's business.
 *
 * <p><b>Start reading</b> at {@code Checkpoint}, then {@code SafeTensorsHeader}. Exported; every
 * module may use it.
 *
 * <p><b>Decisions:</b>
 *
 * <ul>
 *   <li>The header is parsed token by token with Jackson's core (no data binding), from strictly
 *       decoded characters with name tables off: a hostile header costs its own length and no more.
 *   <li>Where the format's text and the reference implementation differ (keys twice, unknown keys
 *       in an entry, white space other than spaces at the end) the text wins, and a test lists the
 *       difference byte by byte.
 *   <li>A mapping is re-wrapped as a plain native segment bound to the same arena: kernels that
 *       have seen two segment classes run 2-4 times slower, and a segment without its arena would
 *       turn a use after close into a crash. Files are checked against their size when opened and
 *       must not be truncated or rewritten in place while open; {@code AtomicFile} never does.
 *   <li>Dependency: {@code tools.jackson.core:jackson-core}, for headers of up to 100 MB.
 * </ul>
 */
@NullMarked
package dev.weft.tensor.io;

import org.jspecify.annotations.NullMarked;
