/**
 * Protobuf's wire format, which ONNX graphs and SentencePiece models are written in.
 *
 * <p><b>Here:</b> {@link dev.weft.models.proto.ProtoReader}. <b>Not here:</b> what the fields mean.
 * Not exported; the packages of this module import it.
 *
 * <p><b>Decision.</b> Read by our own hand: two kinds of file and a dozen fields of each do not pay
 * for a library of 1.9 MB and its generated classes.
 */
@NullMarked
package dev.weft.models.proto;

import org.jspecify.annotations.NullMarked;
