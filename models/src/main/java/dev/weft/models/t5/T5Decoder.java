package dev.weft.models.t5;

import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.TokenTables;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The decoder of a T5: blocks of self-attention, cross-attention and feed-forward, and a norm. */
final class T5Decoder extends Module {
  private final Embedding embedding;
  private final List<T5Block> blocks;
  private final RmsNorm norm;
  private final Dropout dropout;
  private final Dropout lastDropout; // the same module to transformers; masks here go by path

  /** Over the table {@code shared}, or one of its own. */
  T5Decoder(T5Config config, TokenTables tables, Parameter shared, Params p) {
    super(p);
    embedding = tables.decoder(shared, p.at("embed_tokens"));
    blocks = T5Block.ofDecoder(config, p);
    norm = new RmsNorm(config.dModel(), config.layerNormEpsilon(), p.at("final_layer_norm"));
    dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    lastDropout = new Dropout(config.dropoutRate(), p.at("dropout").at("last"));
  }

  Tensor forward(Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    Supplier<Tensor> layers = () -> layers(target, memory, cache, states);
    Run run = Run.current();
    return run.isTraining()
        ? run.naming(target.rowKeys()).call(() -> watch(layers))
        : watch(layers);
  }

  /** The norm behind the last block. */
  Tensor finish(Tensor x) {
    return norm.forward(x);
  }

  private Tensor layers(
      Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    Tensor x =
        Workspace.frame(
            () -> dropout.forward(embedding.forward(target.ids()), target)); // [tokens, H]
    for (T5Block block : blocks) {
      states.accept(x);
      Tensor input = x;
      x = Workspace.frame(() -> block.forward(input, target, memory, cache)); // [tokens, H]
    }
    cache.advance(target);
    Tensor last = x;
    x = Workspace.frame(() -> lastDropout.forward(finish(last), target)); // [tokens, H]
    states.accept(x);
    return x;
  }
}
