package dev.weft.models;

import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A stack of layers that turns every token of a sequence into a vector. It sees the whole sequence,
 * unless it is a decoder, where a token sees those before it.
 */
public abstract class Encoder extends Module {
  /** An encoder in the scope {@code params}. */
  protected Encoder(Params params) {
    super(params);
  }

  /** Size of the vectors. */
  public abstract int hiddenSize();

  /** Longest sequence it can read, in tokens. */
  public abstract int maxPositions();

  /** Hidden states of the last layer: [tokens] to [tokens, H]. */
  public final Tensor forward(Packed batch) {
    return forward(batch, state -> {});
  }

  /**
   * As {@link #forward(Packed)}, showing every hidden state as it is made: the embeddings first,
   * then the output of each layer. A state is valid during the call of {@code states} only.
   */
  public abstract Tensor forward(Packed batch, Consumer<Tensor> states);

  /**
   * What the model's pooler makes of the last hidden state, [sequences, H]; empty where the family
   * or the checkpoint has none.
   */
  public Optional<Tensor> pooled(Tensor lastHiddenState, Packed batch) {
    return Optional.empty();
  }
}
