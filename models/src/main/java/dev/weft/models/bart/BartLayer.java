package dev.weft.models.bart;

import dev.weft.models.Activations;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.nn.Dropout;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;
import org.jspecify.annotations.Nullable;

/**
 * One layer: attention to itself, in a decoder attention to the memory, and a feed-forward, each
 * {@code norm(x + dropout(f(x)))}.
 */
final class BartLayer extends Module {
  private final BartAttention attention;
  private final LayerNorm attentionNorm;
  private final @Nullable BartAttention cross;
  private final @Nullable LayerNorm crossNorm;
  private final Linear in;
  private final Linear out;
  private final LayerNorm finalNorm;
  private final Activation activation;
  private final Dropout attentionDropout;
  private final Dropout crossDropout;
  private final Dropout activationDropout;
  private final Dropout dropout;

  private BartLayer(
      BartConfig config, BartConfig.Stack stack, int layer, boolean decoder, Params p) {
    super(p);
    int hidden = config.dModel();
    AttentionOptions own = decoder ? AttentionOptions.CAUSAL : AttentionOptions.NONE;
    attention = new BartAttention(config, stack, layer, own, p.at("self_attn"));
    attentionNorm = norm(hidden, p.at("self_attn_layer_norm"));
    cross =
        decoder
            ? new BartAttention(config, stack, layer, AttentionOptions.NONE, p.at("encoder_attn"))
            : null;
    crossNorm = decoder ? norm(hidden, p.at("encoder_attn_layer_norm")) : null;
    in = new Linear(hidden, stack.ffnDim(), p.at("fc1"));
    out = new Linear(stack.ffnDim(), hidden, p.at("fc2"));
    finalNorm = norm(hidden, p.at("final_layer_norm"));
    activation = Activations.named("activation_function", config.activationFunction());
    // transformers drops by function here, so these paths are ours.
    attentionDropout = new Dropout(config.dropout(), p.at("self_attn_dropout"));
    crossDropout = new Dropout(config.dropout(), p.at("encoder_attn_dropout"));
    activationDropout = new Dropout(config.activationDropout(), p.at("activation_dropout"));
    dropout = new Dropout(config.dropout(), p.at("dropout"));
  }

  /** Layer {@code layer} of the encoder. */
  static BartLayer ofEncoder(BartConfig config, int layer, Params p) {
    return new BartLayer(config, config.encoder(), layer, false, p);
  }

  /** Layer {@code layer} of the decoder. */
  static BartLayer ofDecoder(BartConfig config, int layer, Params p) {
    return new BartLayer(config, config.decoder(), layer, true, p);
  }

  private static LayerNorm norm(int size, Params p) {
    return new LayerNorm(size, BartConfig.LAYER_NORM_EPS, p);
  }

  /** Hidden states x [tokens, H] to [tokens, H] in the encoder. */
  Tensor forward(Tensor x, Packed batch) {
    return watch(x, given -> feedForward(own(given, batch, KeyValueCache.NONE), batch));
  }

  /** Hidden states x [tokens, H] to [tokens, H] in the decoder. */
  Tensor forward(Tensor x, Packed target, Memory memory, KeyValueCache cache) {
    return watch(x, given -> feedForward(read(own(given, target, cache), target, memory), target));
  }

  private Tensor own(Tensor x, Packed batch, KeyValueCache cache) {
    Tensor y = attention.toItself(x, batch, cache); // [tokens, H]
    return attentionNorm.forward(F.add(x, attentionDropout.forward(y, batch)));
  }

  private Tensor read(Tensor x, Packed target, Memory memory) {
    if (cross == null || crossNorm == null) {
      return x;
    }
    Tensor y = cross.toMemory(x, target, memory); // [tokens, H]
    return crossNorm.forward(F.add(x, crossDropout.forward(y, target)));
  }

  private Tensor feedForward(Tensor x, Packed batch) {
    Tensor wide = activationDropout.forward(in.forward(x, activation), batch); // [tokens, F]
    return finalNorm.forward(
        dropout.isActive()
            ? F.add(x, dropout.forward(out.forward(wide), batch))
            : out.forward(wide, x));
  }
}
