/**
 * Where models come from: what a user names as MODEL becomes a directory in Hugging Face's layout.
 *
 * <p><b>Here:</b> {@link dev.weft.models.hub.Models} (from a name to a {@link
 * dev.weft.models.hub.ModelDirectory}), the embedded default model and the small ONNX reader that
 * unpacks it, the cache it is unpacked into.
 *
 * <p><b>Not here:</b> what the files mean (each model family and the tokenizers read their own);
 * running ONNX; downloads.
 *
 * <p><b>Start reading</b> at {@code Models}, then {@code EmbeddedMiniLm}. Exported; every module
 * above may use it.
 *
 * <p><b>Decisions:</b>
 *
 * <ul>
 *   <li>The default model is converted once into an ordinary directory, and is loaded from there
 *       like any other: there is one loading path, and users can look at the files.
 *   <li>Only the bytes that were checked against ONNX Runtime are converted (SHA-256). The reader
 *       still trusts nothing: a weight is named by the node that reads it and by the bias added
 *       behind it, and what the graph says of heads and epsilon must equal the published values.
 *   <li>Protobuf's wire format in 150 lines instead of protobuf-java (1.7 MB and generated classes)
 *       for two kinds of message.
 * </ul>
 */
@NullMarked
package dev.weft.models.hub;

import org.jspecify.annotations.NullMarked;
