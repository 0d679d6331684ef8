package dev.weft.models;

import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * An encoder, and a decoder whose tokens see those before them in their own sequence and all that
 * the encoder has read.
 *
 * <pre>{@code
 * Tensor read = model.encoder().forward(source);                      // [source tokens, H]
 * Tensor hidden = model.decode(target, Memory.of(read, source));      // [target tokens, H]
 * }</pre>
 */
public abstract class EncoderDecoder extends Module {
  /** An encoder-decoder in the scope {@code params}. */
  protected EncoderDecoder(Params params) {
    super(params);
  }

  /** The stack that reads. */
  public abstract Encoder encoder();

  /** Longest target it can write, in tokens. */
  public abstract int maxTargetPositions();

  /**
   * The token that begins what the decoder reads where that is not given: then it reads what the
   * encoder reads, one place later. Empty where it must be given, as to transformers.
   */
  public abstract OptionalInt decoderStart();

  /** Whether the decoder's module at {@code path} attends to what the encoder has read. */
  public abstract boolean attendsMemory(String path);

  /**
   * What the decoder does to the output of its last layer, as {@link Encoder#finish}; here nothing.
   */
  public Tensor finish(Tensor x) {
    return x;
  }

  /** Room for what the decoder keeps of {@code sequences} of at most {@code capacity} tokens. */
  public abstract KeyValueCache cache(int sequences, int capacity);

  /** Hidden states of the decoder's last layer: [target tokens] to [target tokens, H]. */
  public final Tensor decode(Packed target, Memory memory) {
    return decode(target, memory, KeyValueCache.NONE, state -> {});
  }

  /**
   * The same where each sequence of the batch goes on from what the cache holds of it. The cache
   * then holds the batch too.
   *
   * @param target its example numbers are the cache's sequences, its positions those in the whole
   *     sequence: see {@link KeyValueCache#next}
   * @param memory what the encoder has read of the sequence with the same example number
   * @param states shown every hidden state as {@link Encoder#forward(Packed, Consumer)} does
   */
  public abstract Tensor decode(
      Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states);
}
