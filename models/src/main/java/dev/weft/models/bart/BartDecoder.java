package dev.weft.models.bart;

import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.TokenTables;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The decoder of a BART. */
final class BartDecoder extends Module {
  private final BartEmbeddings embeddings;
  private final List<BartLayer> layers = new ArrayList<>();

  /** Over the table {@code shared}, or one of its own. */
  BartDecoder(BartConfig config, TokenTables tables, Parameter shared, Params p) {
    super(p);
    embeddings = new BartEmbeddings(config, tables.decoder(shared, p.at("embed_tokens")), p);
    for (int i = 0; i < config.decoder().layers(); i++) {
      layers.add(BartLayer.ofDecoder(config, i, p.at("layers").at(i)));
    }
  }

  Tensor forward(Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    Supplier<Tensor> layers = () -> layers(target, memory, cache, states);
    Run run = Run.current();
    return run.isTraining()
        ? run.naming(target.rowKeys()).call(() -> watch(layers))
        : watch(layers);
  }

  private Tensor layers(
      Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embeddings.forward(target)); // [tokens, H]
    states.accept(x);
    for (BartLayer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, target, memory, cache)); // [tokens, H]
      states.accept(x);
    }
    cache.advance(target);
    return x;
  }
}
