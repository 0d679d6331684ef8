package dev.weft.models.bart;

import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;

/** {@code concat_h softmax(q_h k_h^T / sqrt(D)) v_h W_o + b_o} (Vaswani et al. 2017). */
final class BartAttention extends Module {
  private final Linear key;
  private final Linear value;
  private final Linear query;
  private final Linear output;
  private final int heads;
  private final int layer;
  private final AttentionOptions options;

  BartAttention(
      BartConfig config, BartConfig.Stack stack, int layer, AttentionOptions kind, Params p) {
    super(p);
    int hidden = config.dModel();
    this.heads = stack.attentionHeads();
    this.layer = layer;
    key = new Linear(hidden, hidden, p.at("k_proj"));
    value = new Linear(hidden, hidden, p.at("v_proj"));
    query = new Linear(hidden, hidden, p.at("q_proj"));
    output = new Linear(hidden, hidden, p.at("out_proj"));
    options =
        kind.withDropout((float) config.attentionDropout(), Dropout.site(p.at("dropout").path()));
  }

  /** Attention of a sequence to itself, x [tokens, H]. */
  Tensor toItself(Tensor x, Packed batch, KeyValueCache cache) {
    return watch(
        x,
        in -> {
          Tensor attended =
              cache.attend(
                  path(),
                  layer,
                  heads(query, in),
                  heads(key, in),
                  heads(value, in),
                  batch,
                  options); // [tokens, N, D]
          return output.forward(attended.view(-1, output.in()));
        });
  }

  /** Attention of a target's tokens, x [target tokens, H], to what the encoder has read. */
  Tensor toMemory(Tensor x, Packed target, Memory memory) {
    return watch(
        x,
        in -> {
          Tensor attended =
              memory.attend(
                  path(), layer, heads(query, in), key, value, target, options); // [tokens, N, D]
          return output.forward(attended.view(-1, output.in()));
        });
  }

  private Tensor heads(Linear projection, Tensor x) {
    return projection.forward(x).view(-1, heads, projection.out() / heads);
  }
}
