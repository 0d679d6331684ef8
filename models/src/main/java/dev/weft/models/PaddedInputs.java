package dev.weft.models;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.Optional;

/**
 * The inputs of a model as transformers takes them: padded rows.
 *
 * @param inputIds I64 [B, T]
 * @param attentionMask I64 [B, T], 1 at tokens and 0 at padding; empty where all are tokens
 * @param tokenTypeIds I64 [B, T]; empty where all are of type 0
 * @param decoderInputIds I64 [B, D], of an encoder-decoder
 */
public record PaddedInputs(
    Tensor inputIds,
    Optional<Tensor> attentionMask,
    Optional<Tensor> tokenTypeIds,
    Optional<Tensor> decoderInputIds) {
  /** Refuses tensors of another type or shape, and masks with other values than 0 and 1. */
  public PaddedInputs {
    rows("input_ids", inputIds);
    attentionMask.ifPresent(mask -> like("attention_mask", mask, inputIds.shape()));
    attentionMask.ifPresent(PaddedInputs::binary);
    tokenTypeIds.ifPresent(types -> like("token_type_ids", types, inputIds.shape()));
    decoderInputIds.ifPresent(ids -> {
      rows("decoder_input_ids", ids);
      if (ids.dim(0) != inputIds.dim(0)) {
        throw new IllegalArgumentException(
            "decoder_input_ids: expected "
                + inputIds.dim(0)
                + " rows as in input_ids, got "
                + ids.dim(0));
      }
    });
  }

  /** Tokens without padding. */
  public static PaddedInputs of(Tensor inputIds) {
    return new PaddedInputs(inputIds, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same with a mask. */
  public PaddedInputs withMask(Tensor attentionMask) {
    return new PaddedInputs(inputIds, Optional.of(attentionMask), tokenTypeIds, decoderInputIds);
  }

  /** The same with types. */
  public PaddedInputs withTypes(Tensor tokenTypeIds) {
    return new PaddedInputs(inputIds, attentionMask, Optional.of(tokenTypeIds), decoderInputIds);
  }

  /** The same with the ids that the decoder reads. */
  public PaddedInputs withDecoder(Tensor decoderInputIds) {
    return new PaddedInputs(inputIds, attentionMask, tokenTypeIds, Optional.of(decoderInputIds));
  }

  private static void rows(String name, Tensor ids) {
    if (ids.dtype() != DType.I64 || ids.rank() != 2 || ids.size() == 0) {
      throw new IllegalArgumentException(
          name + ": expected I64 [B, T] with tokens, got " + ids.dtype() + " " + ids.shape());
    }
  }

  private static void like(String name, Tensor tensor, Shape shape) {
    if (tensor.dtype() != DType.I64 || !tensor.shape().equals(shape)) {
      throw new IllegalArgumentException(
          name
              + ": expected I64 "
              + shape
              + " as input_ids, got "
              + tensor.dtype()
              + " "
              + tensor.shape());
    }
  }

  private static void binary(Tensor mask) {
    long[] values = mask.toLongs();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new IllegalArgumentException(
            "attention_mask: expected 0 or 1, got " + values[i] + " at " + place(i, mask.dim(1)));
      }
    }
  }

  /** How messages name element {@code index} of rows of {@code width}. */
  static String place(int index, int width) {
    return "[" + index / width + ", " + index % width + "]";
  }
}
