package dev.weft.models.t5;

import dev.weft.models.Activations;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.RelativeBias;
import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One block: attention to itself, in a decoder attention to the memory, and a feed-forward, each
 * {@code x + dropout(f(norm(x)))}.
 */
final class T5Block extends Module {
  private final SelfAttention attention;
  private final @Nullable CrossAttention cross;
  private final FeedForward feedForward;

  private T5Block(
      T5Config config, int layer, boolean decoder, @Nullable RelativeBias shared, Params p) {
    super(p);
    attention = new SelfAttention(config, layer, decoder, shared, p.at("layer").at(0));
    cross = decoder ? new CrossAttention(config, layer, p.at("layer").at(1)) : null;
    feedForward = new FeedForward(config, p.at("layer").at(decoder ? 2 : 1));
  }

  /** The blocks of an encoder in the scope of its stack. */
  static List<T5Block> ofEncoder(T5Config config, Params p) {
    return stack(config, config.numLayers(), false, p);
  }

  /** The blocks of a decoder in the scope of its stack. */
  static List<T5Block> ofDecoder(T5Config config, Params p) {
    return stack(config, config.numDecoderLayers(), true, p);
  }

  private static List<T5Block> stack(T5Config config, int layers, boolean decoder, Params p) {
    List<T5Block> blocks = new ArrayList<>();
    RelativeBias shared = null;
    for (int i = 0; i < layers; i++) {
      T5Block block = new T5Block(config, i, decoder, shared, p.at("block").at(i));
      shared = config.biasPerLayer() ? null : block.attention.bias;
      blocks.add(block);
    }
    return blocks;
  }

  /** Hidden states x [tokens, H] to [tokens, H] in an encoder. */
  Tensor forward(Tensor x, Packed batch) {
    return watch(
        x, in -> feedForward.forward(attention.forward(in, batch, KeyValueCache.NONE), batch));
  }

  /** Hidden states x [tokens, H] to [tokens, H] in a decoder. */
  Tensor forward(Tensor x, Packed target, Memory memory, KeyValueCache cache) {
    return watch(
        x,
        in -> {
          Tensor own = attention.forward(in, target, cache); // [tokens, H]
          Tensor read = cross == null ? own : cross.forward(own, target, memory); // [tokens, H]
          return feedForward.forward(read, target);
        });
  }

  private static final class SelfAttention extends Module {
    private final T5Attention attention;
    private final RelativeBias bias;
    private final RmsNorm norm;
    private final Dropout dropout;

    SelfAttention(
        T5Config config, int layer, boolean decoder, @Nullable RelativeBias shared, Params p) {
      super(p);
      Params inner = p.at("SelfAttention");
      AttentionOptions kind = decoder ? AttentionOptions.CAUSAL : AttentionOptions.NONE;
      attention = new T5Attention(config, layer, kind, inner);
      bias =
          shared == null
              ? new RelativeBias(
                  config.relativeAttentionNumBuckets(),
                  config.numHeads(),
                  config.buckets(!decoder),
                  inner.at("relative_attention_bias"))
              : shared;
      norm = new RmsNorm(config.dModel(), config.layerNormEpsilon(), p.at("layer_norm"));
      dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor y = attention.toItself(norm.forward(in), batch, cache, bias.table());
            return F.add(in, dropout.forward(y, batch));
          });
    }
  }

  private static final class CrossAttention extends Module {
    private final T5Attention attention;
    private final RmsNorm norm;
    private final Dropout dropout;

    CrossAttention(T5Config config, int layer, Params p) {
      super(p);
      attention = new T5Attention(config, layer, AttentionOptions.NONE, p.at("EncDecAttention"));
      norm = new RmsNorm(config.dModel(), config.layerNormEpsilon(), p.at("layer_norm"));
      dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed target, Memory memory) {
      return watch(
          x,
          in -> {
            Tensor y = attention.toMemory(norm.forward(in), target, memory);
            return F.add(in, dropout.forward(y, target));
          });
    }
  }

  private static final class FeedForward extends Module {
    private final Dense dense;
    private final RmsNorm norm;
    private final Dropout dropout;

    FeedForward(T5Config config, Params p) {
      super(p);
      dense = new Dense(config, p.at("DenseReluDense"));
      norm = new RmsNorm(config.dModel(), config.layerNormEpsilon(), p.at("layer_norm"));
      dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(
          x, in -> F.add(in, dropout.forward(dense.forward(norm.forward(in), batch), batch)));
    }
  }

  /** {@code dropout(act(x W_i)) W_o}, or gated {@code dropout(act(x W_0) * (x W_1)) W_o}. */
  private static final class Dense extends Module {
    private final Linear in;
    private final @Nullable Linear gate;
    private final Linear out;
    private final Activation activation;
    private final Dropout dropout;

    Dense(T5Config config, Params p) {
      super(p);
      int hidden = config.dModel();
      boolean gated = config.isGatedAct();
      in = Linear.withoutBias(hidden, config.dFf(), p.at(gated ? "wi_0" : "wi"));
      gate = gated ? Linear.withoutBias(hidden, config.dFf(), p.at("wi_1")) : null;
      out = Linear.withoutBias(config.dFf(), hidden, p.at("wo"));
      activation = Activations.named("dense_act_fn", config.denseActFn());
      dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(
          x,
          given -> {
            Tensor activated = in.forward(given, activation); // [tokens, F]
            Tensor wide = gate == null ? activated : gate.gated(given, activated); // [tokens, F]
            return out.forward(dropout.forward(wide, batch));
          });
    }
  }
}
