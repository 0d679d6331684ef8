package dev.weft.models.generate;

import dev.weft.models.CausalLmHead;
import dev.weft.models.Decoder;
import dev.weft.models.KeyValueCache;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.List;

/** A sequence that a decoder reads, each token once. */
public final class DecoderContinuation implements Continuation {
  private final Decoder decoder;
  private final CausalLmHead head;
  private final KeyValueCache cache;

  /** An empty sequence that may grow to {@code capacity} tokens. */
  public DecoderContinuation(Decoder decoder, CausalLmHead head, int capacity) {
    this.decoder = decoder;
    this.head = head;
    this.cache = decoder.cache(1, capacity);
  }

  @Override
  public Tensor next(int[] tokens) {
    Packed batch = cache.next(List.of(tokens), 0);
    Tensor hidden = decoder.forward(batch, cache, state -> {}); // [tokens, H]
    Tensor last = F.indexSelect(hidden, batch.lastRows()); // [1, H]
    return head.logits(last).view(-1); // [V]
  }

  @Override
  public void close() {
    cache.close();
  }
}
