package dev.weft.models.tokenizer;

import java.util.OptionalInt;

/**
 * The {@code padding} of a tokenizer.json. Applied only where {@link EncodeOptions#padded()} asks.
 *
 * @param fixed the length to reach; empty means the longest of a batch
 * @param padToMultipleOf the length is rounded up to a multiple of this
 */
public record Padding(
    OptionalInt fixed,
    Truncation.Direction direction,
    OptionalInt padToMultipleOf,
    int padId,
    int padTypeId,
    String padToken) {
  /** The length an encoding of this many tokens is brought to. */
  int target(int tokens) {
    int length = fixed.orElse(tokens);
    int multiple = padToMultipleOf.orElse(0);
    if (multiple > 0 && length % multiple > 0) {
      length += multiple - length % multiple;
    }
    return Math.max(tokens, length);
  }
}
