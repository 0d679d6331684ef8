package dev.weft.models.t5;

import dev.weft.models.Encoder;
import dev.weft.models.TokenTables;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.List;
import java.util.function.Consumer;

/** The encoder of a T5: blocks of self-attention and feed-forward, and a norm. */
public final class T5Encoder extends Encoder {
  private final T5Config config;
  private final Embedding embedding;
  private final List<T5Block> blocks;
  private final RmsNorm norm;
  private final Dropout dropout;
  private final Dropout lastDropout; // the same module to transformers; masks here go by path

  /** Over the table {@code shared}, or one of its own. */
  T5Encoder(T5Config config, TokenTables tables, Parameter shared, Params p) {
    super(p);
    this.config = config;
    embedding = tables.encoder(shared, p.at("embed_tokens"));
    blocks = T5Block.ofEncoder(config, p);
    norm = new RmsNorm(config.dModel(), config.layerNormEpsilon(), p.at("final_layer_norm"));
    dropout = new Dropout(config.dropoutRate(), p.at("dropout"));
    lastDropout = new Dropout(config.dropoutRate(), p.at("dropout").at("last"));
  }

  @Override
  public int hiddenSize() {
    return config.dModel();
  }

  @Override
  public int maxPositions() {
    return config.nPositions();
  }

  /** No limit: positions are distances, and beyond the farthest all are the same. */
  @Override
  public int learnedPositions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return stack(batch, () -> layers(batch, states));
  }

  private Tensor layers(Packed batch, Consumer<Tensor> states) {
    Tensor x =
        Workspace.frame(
            () -> dropout.forward(embedding.forward(batch.ids()), batch)); // [tokens, H]
    for (T5Block block : blocks) {
      states.accept(x);
      Tensor input = x;
      x = Workspace.frame(() -> block.forward(input, batch)); // [tokens, H]
    }
    Tensor last = x;
    x = Workspace.frame(() -> lastDropout.forward(finish(last), batch)); // [tokens, H]
    states.accept(x);
    return x;
  }

  @Override
  public Tensor finish(Tensor x) {
    return norm.forward(x);
  }

  @Override
  public String describe() {
    return "T5Encoder("
        + config.numLayers()
        + " layers, hidden "
        + config.dModel()
        + ", "
        + config.numHeads()
        + " heads)";
  }
}
