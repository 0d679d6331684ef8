package dev.weft.models.t5;

import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.F.AttentionOptions.Relative;
import dev.weft.tensor.Tensor;

/**
 * {@code concat_h softmax(q_h k_h^T + bias_h) v_h W_o}: scores are not divided by the square root
 * of the head size, which the initial weights make up for.
 */
final class T5Attention extends Module {
  private final Linear q;
  private final Linear k;
  private final Linear v;
  private final Linear o;
  private final T5Config config;
  private final int layer;
  private final AttentionOptions options;

  T5Attention(T5Config config, int layer, AttentionOptions kind, Params p) {
    super(p);
    this.config = config;
    this.layer = layer;
    q = Linear.withoutBias(config.dModel(), config.inner(), p.at("q"));
    k = Linear.withoutBias(config.dModel(), config.inner(), p.at("k"));
    v = Linear.withoutBias(config.dModel(), config.inner(), p.at("v"));
    o = Linear.withoutBias(config.inner(), config.dModel(), p.at("o"));
    options =
        kind.withScale(1)
            .withDropout((float) config.dropoutRate(), Dropout.site(p.at("dropout").path()));
  }

  /** Attention of a sequence to itself, x [tokens, H], with biases by distance. */
  Tensor toItself(Tensor x, Packed batch, KeyValueCache cache, Relative bias) {
    return watch(
        x,
        in -> {
          Tensor attended =
              cache.attend(
                  path(),
                  layer,
                  heads(q, in),
                  heads(k, in),
                  heads(v, in),
                  batch,
                  options.withRelative(bias.table(), bias.zero())); // [tokens, N, D]
          return o.forward(attended.view(-1, config.inner()));
        });
  }

  /** Attention of a target's tokens, x [target tokens, H], to what the encoder has read. */
  Tensor toMemory(Tensor x, Packed target, Memory memory) {
    return watch(
        x,
        in -> {
          Tensor attended =
              memory.attend(path(), layer, heads(q, in), k, v, target, options); // [tokens, N, D]
          return o.forward(attended.view(-1, config.inner()));
        });
  }

  private Tensor heads(Linear projection, Tensor x) {
    return projection.forward(x).view(-1, config.numHeads(), config.dKv());
  }
}
