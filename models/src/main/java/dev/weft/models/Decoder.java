package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.util.function.Consumer;

/** A stack whose tokens see those before them, and so can go on from what it has read. */
public abstract class Decoder extends Encoder {
  /** A decoder in the scope {@code params}. */
  protected Decoder(Params params) {
    super(params);
  }

  /** The table [V, E] that it embeds tokens with, E being H but for projections. */
  public abstract Parameter table();

  /** Room for what this decoder keeps of {@code sequences} of at most {@code capacity} tokens. */
  public abstract KeyValueCache cache(int sequences, int capacity);

  /**
   * Hidden states of the last layer: [tokens] to [tokens, H], where each sequence of the batch goes
   * on from what the cache holds of it. The cache then holds the batch too.
   *
   * @param batch its example numbers are the cache's sequences, its positions those in the whole
   *     sequence: see {@link KeyValueCache#next}
   * @param states shown every hidden state as {@link #forward(Packed, Consumer)} does
   */
  public abstract Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states);

  @Override
  public final Tensor forward(Packed batch, Consumer<Tensor> states) {
    return forward(batch, KeyValueCache.NONE, states);
  }
}
