package dev.weft.models.bert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Parts;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.MultiHeadAttention;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Run;
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

/** BERT (Devlin et al. 2019) as transformers' BertModel: learned positions, post-norm blocks. */
public class Bert extends Encoder {
  private final BertConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final @Nullable Linear pooler;

  /** A BERT whose parameters {@code p} supplies; {@code withPooler} adds the pooler's Linear. */
  protected Bert(BertConfig config, boolean withPooler, Params p) {
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

  /**
   * The BERT of a config and its checkpoint, with the head of its architecture: masked LM, sequence
   * or token classification, none for another; see {@code ModelRegistry}.
   */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    BertConfig config = BertConfig.read(json, 30522);
    HeadConfig heads = HeadConfig.read(json, "classifier_dropout", config.hiddenDropoutProb());
    json.finish();
    Optional<Head.Kind> head = Head.Kind.of(architecture, "Bert", BertHeads.KINDS);
    CheckpointSource source = CheckpointSource.of(checkpoint, "bert.", head);
    Params p = Params.from(source);
    Parts parts =
        head.isEmpty()
            ? Parts.of(new Bert(config, source.has("pooler.dense.weight"), p))
            : BertHeads.load(head.get(), config, heads, source, p);
    source.finish(name ->
        name.endsWith("embeddings.position_ids")
            || (head.isEmpty() ? BertHeads.isHead(name) : BertHeads.isUnread(head.get(), name)));
    return parts;
  }

  /** Its settings. */
  public final BertConfig config() {
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
  public int vocabSize() {
    return config.vocabSize();
  }

  @Override
  public int tokenTypes() {
    return config.typeVocabSize();
  }

  @Override
  public boolean poolsFirstColumn() {
    return true;
  }

  /** The word embeddings, which a masked LM's decoder is tied to. */
  public final Embedding words() {
    return embeddings.word;
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, states));
  }

  /** Row of the position table for each token, I64 [tokens]. */
  protected Tensor positionRows(Packed batch) {
    return batch.positions();
  }

  private Tensor blocks(Packed batch, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embeddings.forward(batch, positionRows(batch))); // [tokens, H]
    states.accept(x);
    for (Layer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, batch)); // [tokens, H]
      states.accept(x);
    }
    return x;
  }

  /** {@code tanh(W h + b)} of each sequence's first token, if it has a pooler. */
  @Override
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
    return getClass().getSimpleName()
        + "("
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

    Tensor forward(Packed batch, Tensor positionRows) {
      return watch(() -> {
        Tensor words = word.forward(batch.ids()); // [tokens, H]
        Tensor typed = F.add(words, type.forward(batch.types())); // [tokens, H]
        Tensor placed = F.add(typed, position.forward(positionRows)); // [tokens, H]
        return dropout.forward(norm.forward(placed), batch);
      });
    }
  }

  /** One block: attention and feed-forward, each followed by a residual and a norm. */
  private static final class Layer extends Module {
    private final Attention attention;
    private final Intermediate intermediate;
    private final Residual output;

    Layer(BertConfig config, Params p) {
      super(p);
      attention = new Attention(config, p.at("attention"));
      intermediate = new Intermediate(config, p.at("intermediate"));
      output = new Residual(config.intermediateSize(), config, p.at("output"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(
          x,
          in -> {
            Tensor middle = attention.forward(in, batch); // [tokens, H]
            return output.forward(intermediate.forward(middle), middle, batch); // [tokens, H]
          });
    }
  }

  /** Self-attention, its output projection, residual and norm. */
  private static final class Attention extends Module {
    private final SelfAttention self;
    private final Residual output;

    Attention(BertConfig config, Params p) {
      super(p);
      self = new SelfAttention(config, p.at("self"));
      output = new Residual(config.hiddenSize(), config, p.at("output"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(x, in -> output.forward(self.forward(in, batch), in, batch));
    }
  }

  private static final class SelfAttention extends Module {
    private final MultiHeadAttention attention;

    SelfAttention(BertConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      attention =
          new MultiHeadAttention(
              p.path(),
              new Linear(hidden, hidden, p.at("query")),
              new Linear(hidden, hidden, p.at("key")),
              new Linear(hidden, hidden, p.at("value")),
              config.numAttentionHeads(),
              AttentionOptions.NONE.withDropout(
                  (float) config.attentionProbsDropoutProb(),
                  Dropout.site(p.at("dropout").path())));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(x, in -> attention.forward(in, batch.segments()));
    }
  }

  private static final class Intermediate extends Module {
    private final Linear dense;
    private final Activation activation;

    Intermediate(BertConfig config, Params p) {
      super(p);
      dense = new Linear(config.hiddenSize(), config.intermediateSize(), p.at("dense"));
      activation = Activations.named("hidden_act", config.hiddenAct());
    }

    Tensor forward(Tensor x) {
      return watch(x, in -> dense.forward(in, activation)); // [tokens, I]
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
      return watch(
          x,
          in ->
              norm.forward(
                  dropout.isActive()
                      ? F.add(dropout.forward(dense.forward(in), batch), residual)
                      : dense.forward(in, residual)));
    }
  }
}
