package dev.weft.models;

import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

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

  /** Longest sequence it was made to read, in tokens. */
  public abstract int maxPositions();

  /** Number of token ids it knows. */
  public abstract int vocabSize();

  /** Number of token types (token_type_ids); 1 where the family has none. */
  public int tokenTypes() {
    return 1;
  }

  /**
   * Number of positions that it learned a vector for; {@code Integer.MAX_VALUE} where positions are
   * computed and none is too large.
   */
  public int learnedPositions() {
    return maxPositions();
  }

  /**
   * The position of every column of a padded row, as transformers' forward gives it: the column,
   * unless the family says otherwise.
   *
   * @param ids of the row
   * @param mask 1 at tokens, 0 at padding
   */
  public long[] positions(long[] ids, long[] mask) {
    return LongStream.range(0, ids.length).toArray();
  }

  /** Whether its pooler or head looks at column 0 of a padded row, be it padding. */
  public boolean poolsFirstColumn() {
    return false;
  }

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
   * Computes the layers of this stack for {@link #forward}: in training what is dropped does not
   * depend on the packing, and a probe sees the result as the output of this module.
   */
  protected final Tensor stack(Packed batch, Supplier<Tensor> layers) {
    Run run = Run.current();
    return run.isTraining() ? run.naming(batch.rowKeys()).call(() -> watch(layers)) : watch(layers);
  }

  /**
   * What the stack does to the output of its last layer: a final norm, a projection. A hidden state
   * of any other layer, [tokens, H'], is so put where the last one stands, [tokens, H]; here
   * nothing is done.
   */
  public Tensor finish(Tensor x) {
    return x;
  }

  /**
   * What the model's pooler makes of the last hidden state, [sequences, H]; empty where the family
   * or the checkpoint has none.
   */
  public Optional<Tensor> pooled(Tensor lastHiddenState, Packed batch) {
    return Optional.empty();
  }
}
