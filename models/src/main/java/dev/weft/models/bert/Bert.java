package dev.weft.models.bert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.MultiHeadAttention;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * BERT (Devlin et al. 2019) as transformers' BertModel: learned positions, post-norm blocks, all
 * tokens of type 0. A checkpoint with a task head loads without the head.
 */
public final class Bert extends Encoder {
  private final BertConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final @Nullable Linear pooler;

  /** A BERT whose parameters {@code p} supplies; {@code withPooler} adds the pooler's Linear. */
  private Bert(BertConfig config, boolean withPooler, Params p) {
    super(p);
    this.config = config;
    embeddings = new Embeddings(config, p.at("embeddings"));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(config, p.at("encoder").at("layer").at(i)));
    }
    int hidden = config.hiddenSize();
    pooler = withPooler ? new Linear(hidden, hidden, p.at("pooler").at("dense")) : null;
  }

  /** A BERT with random parameters, drawn as BertModel draws them, without a pooler. */
  public static Bert random(BertConfig config, long seed) {
    return new Bert(config, false, Params.random(seed).withStd(config.initializerRange()));
  }

  /** The BERT of a config and its checkpoint. */
  public static Bert load(ConfigJson json, Checkpoint checkpoint) throws IOException {
    BertConfig config = BertConfig.read(json);
    CheckpointSource source = new CheckpointSource(checkpoint, "bert.");
    Bert bert = new Bert(config, source.has("pooler.dense.weight"), Params.from(source));
    source.finish(name ->
        name.startsWith("cls.")
            || name.startsWith("classifier.")
            || name.startsWith("qa_outputs.")
            || name.endsWith("embeddings.position_ids"));
    return bert;
  }

  /** Its settings. */
  public BertConfig config() {
    return config;
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int maxPositions() {
    return config.maxPositionEmbeddings();
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return forward(batch, Tensor.zeros(DType.I64, Shape.of(batch.tokens())), states);
  }

  /** As {@link #forward(Packed, Consumer)} with a type for every token, I64 [tokens]. */
  public Tensor forward(Packed batch, Tensor typeIds, Consumer<Tensor> states) {
    Run run = Run.current();
    return run.isTraining()
        ? run.naming(batch.rowKeys()).call(() -> blocks(batch, typeIds, states))
        : blocks(batch, typeIds, states);
  }

  private Tensor blocks(Packed batch, Tensor typeIds, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embeddings.forward(batch, typeIds)); // [tokens, H]
    states.accept(x);
    for (Layer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, batch)); // [tokens, H]
      states.accept(x);
    }
    return x;
  }

  /** {@code tanh(W h + b)} of each sequence's first token, [sequences, H], if it has a pooler. */
  public Optional<Tensor> pooled(Tensor lastHiddenState, Packed batch) {
    return pooler == null
        ? Optional.empty()
        : Optional.of(
            Run.current()
                .naming(batch.sequenceKeys())
                .call(() ->
                    pooler.forward(
                        F.indexSelect(lastHiddenState, batch.firstRows()), Activation.TANH)));
  }

  @Override
  public String describe() {
    return "Bert("
        + config.numHiddenLayers()
        + " layers, hidden "
        + config.hiddenSize()
        + ", "
        + config.numAttentionHeads()
        + " heads)";
  }

  private static final class Embeddings extends Module {
    private final Embedding word;
    private final Embedding position;
    private final Embedding type;
    private final LayerNorm norm;
    private final Dropout dropout;

    Embeddings(BertConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      word = new Embedding(config.vocabSize(), hidden, p.at("word_embeddings"));
      position = new Embedding(config.maxPositionEmbeddings(), hidden, p.at("position_embeddings"));
      type = new Embedding(config.typeVocabSize(), hidden, p.at("token_type_embeddings"));
      norm = new LayerNorm(hidden, config.layerNormEps(), p.at("LayerNorm"));
      dropout = new Dropout(config.hiddenDropoutProb(), p.at("dropout"));
    }

    Tensor forward(Packed batch, Tensor typeIds) {
      Tensor typed = F.add(word.forward(batch.ids()), type.forward(typeIds)); // [tokens, H]
      Tensor placed = F.add(typed, position.forward(batch.positions())); // [tokens, H]
      return dropout.forward(norm.forward(placed), batch);
    }
  }

  /** One block: attention and feed-forward, each followed by a residual and a norm. */
  private static final class Layer extends Module {
    private final MultiHeadAttention attention;
    private final Residual attentionOutput;
    private final Linear intermediate;
    private final Residual output;
    private final Activation activation;

    Layer(BertConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      Params self = p.at("attention").at("self");
      attention =
          new MultiHeadAttention(
              new Linear(hidden, hidden, self.at("query")),
              new Linear(hidden, hidden, self.at("key")),
              new Linear(hidden, hidden, self.at("value")),
              config.numAttentionHeads(),
              AttentionOptions.NONE.withDropout(
                  (float) config.attentionProbsDropoutProb(),
                  Dropout.site(self.at("dropout").path())));
      attentionOutput = new Residual(hidden, config, p.at("attention").at("output"));
      intermediate =
          new Linear(hidden, config.intermediateSize(), p.at("intermediate").at("dense"));
      output = new Residual(config.intermediateSize(), config, p.at("output"));
      activation = Activations.named("hidden_act", config.hiddenAct());
    }

    Tensor forward(Tensor x, Packed batch) {
      Tensor attended = attention.forward(x, batch.segments()); // [tokens, H]
      Tensor middle = attentionOutput.forward(attended, x, batch); // [tokens, H]
      Tensor wide = intermediate.forward(middle, activation); // [tokens, I]
      return output.forward(wide, middle, batch); // [tokens, H]
    }
  }

  /** {@code LayerNorm(dropout(x W^T + b) + residual)}. */
  private static final class Residual extends Module {
    private final Linear dense;
    private final LayerNorm norm;
    private final Dropout dropout;

    Residual(int in, BertConfig config, Params p) {
      super(p);
      dense = new Linear(in, config.hiddenSize(), p.at("dense"));
      norm = new LayerNorm(config.hiddenSize(), config.layerNormEps(), p.at("LayerNorm"));
      dropout = new Dropout(config.hiddenDropoutProb(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Tensor residual, Packed batch) {
      return norm.forward(
          dropout.isActive()
              ? F.add(dropout.forward(dense.forward(x), batch), residual)
              : dense.forward(x, residual));
    }
  }
}
