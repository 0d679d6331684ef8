package dev.weft.models;

import dev.weft.nn.Module;
import java.util.Optional;

/**
 * What a family's loader makes of a checkpoint.
 *
 * @param root of the module tree, named as transformers' class names it
 * @param encoder the stack that reads; of a decoder-only model the decoder
 * @param head what gives logits, where the architecture asked for has one
 */
public record Parts(Module root, Encoder encoder, Optional<Head> head) {
  /** A stack alone. */
  public static Parts of(Encoder encoder) {
    return new Parts(encoder, encoder, Optional.empty());
  }
}
