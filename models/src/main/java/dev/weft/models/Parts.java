package dev.weft.models;

import dev.weft.nn.Module;
import java.util.Optional;

/**
 * What a family's loader makes of a checkpoint.
 *
 * @param root of the module tree, named as transformers' class names it
 * @param encoder the stack that reads; of a decoder-only model the decoder
 * @param encoderDecoder the encoder and the decoder that reads it, of a model that has both
 * @param head what gives logits, where the architecture asked for has one
 */
public record Parts(
    Module root, Encoder encoder, Optional<EncoderDecoder> encoderDecoder, Optional<Head> head) {
  /** A stack with a head or without. */
  public Parts(Module root, Encoder encoder, Optional<Head> head) {
    this(root, encoder, Optional.empty(), head);
  }

  /** A stack alone. */
  public static Parts of(Encoder encoder) {
    return new Parts(encoder, encoder, Optional.empty());
  }

  /** An encoder-decoder that is the root, with a head or without. */
  public static Parts of(EncoderDecoder model, Optional<Head> head) {
    return new Parts(model, model.encoder(), Optional.of(model), head);
  }
}
