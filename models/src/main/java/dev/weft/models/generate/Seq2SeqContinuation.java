package dev.weft.models.generate;

import dev.weft.models.EncoderDecoder;
import dev.weft.models.Head;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.List;

/**
 * What a decoder writes of what its encoder has read: the source is read once, and so is each token
 * of the target. The first tokens to read are the model's {@code decoder_start_token_id}.
 */
public final class Seq2SeqContinuation implements Continuation {
  private final EncoderDecoder model;
  private final Head head;
  private final Memory memory;
  private final KeyValueCache cache;

  /**
   * An empty target that may grow to {@code capacity} tokens.
   *
   * @param source one sequence
   */
  public Seq2SeqContinuation(EncoderDecoder model, Head head, Packed source, int capacity) {
    if (source.sequences() != 1) {
      throw new IllegalArgumentException("expected one source, got " + source.sequences());
    }
    if (head.kind() != Head.Kind.SEQ2SEQ_LM) {
      throw new IllegalArgumentException(
          model.describe() + " has a head of kind " + head.kind() + ", expected SEQ2SEQ_LM");
    }
    this.model = model;
    this.head = head;
    try (Workspace workspace = new Workspace()) {
      memory =
          Run.evaluating(workspace)
              .call(() -> Memory.keeping(model.encoder().forward(source), source));
    }
    cache = model.cache(1, capacity);
  }

  @Override
  public Tensor next(int[] tokens) {
    Packed target = cache.next(List.of(tokens), 0);
    Tensor hidden = model.decode(target, memory, cache, state -> {}); // [tokens, H]
    Tensor last = F.indexSelect(hidden, target.lastRows()); // [1, H]
    return head.logits(last, target).view(-1); // [V]
  }

  @Override
  public void close() {
    cache.close();
  }
}
