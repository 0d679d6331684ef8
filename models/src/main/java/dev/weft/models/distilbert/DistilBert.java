package dev.weft.models.distilbert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Headed;
import dev.weft.models.MaskedLmHead;
import dev.weft.models.Parts;
import dev.weft.models.TokenClassificationHead;
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
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * DistilBERT (Sanh et al. 2019) as transformers' DistilBertModel: a BERT without token types and
 * pooler, under other names.
 */
public final class DistilBert extends Encoder {
  private static final double EPS = 1e-12;

  private static final Set<Head.Kind> HEADS =
      EnumSet.of(
          Head.Kind.MASKED_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  private final DistilBertConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();

  private DistilBert(DistilBertConfig config, Params p) {
    super(p);
    this.config = config;
    embeddings = new Embeddings(config, p.at("embeddings"));
    for (int i = 0; i < config.nLayers(); i++) {
      layers.add(new Layer(config, p.at("transformer").at("layer").at(i)));
    }
  }

  /** The DistilBERT of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    DistilBertConfig config = DistilBertConfig.read(json);
    Optional<Head.Kind> head = Head.Kind.of(architecture, "DistilBert", HEADS);
    double pooledDropout = json.number("seq_classif_dropout", 0.2);
    boolean pools = head.equals(Optional.of(Head.Kind.SEQUENCE_CLASSIFICATION));
    HeadConfig heads =
        HeadConfig.read(
            json,
            pools ? "seq_classif_dropout" : "dropout",
            pools ? pooledDropout : config.dropout());
    json.finish();
    CheckpointSource source = CheckpointSource.of(checkpoint, "distilbert.", head);
    Params p = Params.from(source);
    Parts parts =
        head.isEmpty()
            ? Parts.of(new DistilBert(config, p))
            : withHead(head.get(), config, heads, source, p);
    source.finish(
        name -> name.endsWith("embeddings.position_ids") || (head.isEmpty() && isHead(name)));
    return parts;
  }

  private static boolean isHead(String name) {
    return name.startsWith("vocab_")
        || name.startsWith("pre_classifier.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }

  private static Parts withHead(
      Head.Kind kind, DistilBertConfig config, HeadConfig heads, CheckpointSource source, Params p)
      throws IOException {
    boolean tied =
        kind == Head.Kind.MASKED_LM
            && source.ties(
                heads.tieWordEmbeddings(),
                "vocab_projector.weight",
                "distilbert.embeddings.word_embeddings.weight");
    return new Headed<>(
            p,
            root -> new DistilBert(config, root.at("distilbert")),
            (root, stack) ->
                new Head(
                    kind,
                    switch (kind) {
                      case MASKED_LM -> stack.maskedLm(tied, root);
                      case SEQUENCE_CLASSIFICATION -> classifier(config.dim(), heads, root);
                      case TOKEN_CLASSIFICATION ->
                          new TokenClassificationHead(config.dim(), heads, root);
                      case CAUSAL_LM, SEQ2SEQ_LM ->
                          throw new IllegalArgumentException("DistilBERT has no head " + kind);
                    }))
        .parts();
  }

  private MaskedLmHead maskedLm(boolean tied, Params root) {
    Params projector = root.at("vocab_projector");
    return new MaskedLmHead(
        new Linear(config.dim(), config.dim(), root.at("vocab_transform")),
        Activations.named("activation", config.activation()),
        new LayerNorm(config.dim(), EPS, root.at("vocab_layer_norm")),
        tied
            ? Linear.tied(embeddings.word.weight(), projector)
            : new Linear(config.dim(), config.vocabSize(), projector));
  }

  /** {@code classifier(dropout(relu(pre_classifier(h_0))))} of each sequence's first token. */
  private static Head.Layers classifier(int dim, HeadConfig heads, Params root) {
    Linear before = new Linear(dim, dim, root.at("pre_classifier"));
    Dropout dropout = new Dropout(heads.classifierDropout(), root.at("dropout"));
    Linear classifier = new Linear(dim, heads.labels(), root.at("classifier"));
    return (hidden, batch) -> {
      Tensor first = F.indexSelect(hidden, batch.firstRows()); // [sequences, H]
      return classifier.forward(
          dropout.forwardPooled(before.forward(first, Activation.RELU), batch));
    };
  }

  @Override
  public int hiddenSize() {
    return config.dim();
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
  public boolean poolsFirstColumn() {
    return true;
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, states));
  }

  private Tensor blocks(Packed batch, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embeddings.forward(batch)); // [tokens, H]
    states.accept(x);
    for (Layer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, batch)); // [tokens, H]
      states.accept(x);
    }
    return x;
  }

  @Override
  public String describe() {
    return "DistilBert("
        + config.nLayers()
        + " layers, hidden "
        + config.dim()
        + ", "
        + config.nHeads()
        + " heads)";
  }

  private static final class Embeddings extends Module {
    private final Embedding word;
    private final Embedding position;
    private final LayerNorm norm;
    private final Dropout dropout;

    Embeddings(DistilBertConfig config, Params p) {
      super(p);
      word = new Embedding(config.vocabSize(), config.dim(), p.at("word_embeddings"));
      position =
          new Embedding(config.maxPositionEmbeddings(), config.dim(), p.at("position_embeddings"));
      norm = new LayerNorm(config.dim(), EPS, p.at("LayerNorm"));
      dropout = new Dropout(config.dropout(), p.at("dropout"));
    }

    Tensor forward(Packed batch) {
      return watch(() -> {
        Tensor words = word.forward(batch.ids()); // [tokens, H]
        Tensor placed = F.add(words, position.forward(batch.positions())); // [tokens, H]
        return dropout.forward(norm.forward(placed), batch);
      });
    }
  }

  /** One block: attention and feed-forward, each followed by a residual and a norm. */
  private static final class Layer extends Module {
    private final SelfAttention attention;
    private final LayerNorm attentionNorm;
    private final FeedForward ffn;
    private final LayerNorm outputNorm;

    Layer(DistilBertConfig config, Params p) {
      super(p);
      attention = new SelfAttention(config, p.at("attention"));
      attentionNorm = new LayerNorm(config.dim(), EPS, p.at("sa_layer_norm"));
      ffn = new FeedForward(config, p.at("ffn"));
      outputNorm = new LayerNorm(config.dim(), EPS, p.at("output_layer_norm"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(
          x,
          in -> {
            Tensor middle =
                attentionNorm.forward(F.add(attention.forward(in, batch), in)); // [tokens, H]
            return outputNorm.forward(F.add(ffn.forward(middle, batch), middle)); // [tokens, H]
          });
    }
  }

  private static final class SelfAttention extends Module {
    private final MultiHeadAttention attention;
    private final Linear out;

    SelfAttention(DistilBertConfig config, Params p) {
      super(p);
      int dim = config.dim();
      attention =
          new MultiHeadAttention(
              p.path(),
              new Linear(dim, dim, p.at("q_lin")),
              new Linear(dim, dim, p.at("k_lin")),
              new Linear(dim, dim, p.at("v_lin")),
              config.nHeads(),
              AttentionOptions.NONE.withDropout(
                  (float) config.attentionDropout(), Dropout.site(p.at("dropout").path())));
      out = new Linear(dim, dim, p.at("out_lin"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(x, in -> out.forward(attention.forward(in, batch.segments())));
    }
  }

  private static final class FeedForward extends Module {
    private final Linear in;
    private final Linear out;
    private final Activation activation;
    private final Dropout dropout;

    FeedForward(DistilBertConfig config, Params p) {
      super(p);
      in = new Linear(config.dim(), config.hiddenDim(), p.at("lin1"));
      out = new Linear(config.hiddenDim(), config.dim(), p.at("lin2"));
      activation = Activations.named("activation", config.activation());
      dropout = new Dropout(config.dropout(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(x, input -> dropout.forward(out.forward(in.forward(input, activation)), batch));
    }
  }
}
