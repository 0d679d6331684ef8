package dev.weft.models.bart;

import dev.weft.models.Encoder;
import dev.weft.models.TokenTables;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The encoder of a BART. */
public final class BartEncoder extends Encoder {
  private final BartConfig config;
  private final BartEmbeddings embeddings;
  private final List<BartLayer> layers = new ArrayList<>();

  /** Over the table {@code shared}, or one of its own. */
  BartEncoder(BartConfig config, TokenTables tables, Parameter shared, Params p) {
    super(p);
    this.config = config;
    embeddings = new BartEmbeddings(config, tables.encoder(shared, p.at("embed_tokens")), p);
    for (int i = 0; i < config.encoder().layers(); i++) {
      layers.add(BartLayer.ofEncoder(config, i, p.at("layers").at(i)));
    }
  }

  @Override
  public int hiddenSize() {
    return config.dModel();
  }

  @Override
  public int maxPositions() {
    return config.maxPositionEmbeddings();
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
    Tensor x = Workspace.frame(() -> embeddings.forward(batch)); // [tokens, H]
    states.accept(x);
    for (BartLayer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, batch)); // [tokens, H]
      states.accept(x);
    }
    return x;
  }

  @Override
  public String describe() {
    return "BartEncoder("
        + config.encoder().layers()
        + " layers, hidden "
        + config.dModel()
        + ", "
        + config.encoder().attentionHeads()
        + " heads)";
  }
}
