package dev.weft.models.mpnet;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.models.FirstTokenHead;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Headed;
import dev.weft.models.MaskedLmHead;
import dev.weft.models.PaddingPositions;
import dev.weft.models.Parts;
import dev.weft.models.RelativeBias;
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
import dev.weft.tensor.F.AttentionOptions.Relative;
import dev.weft.tensor.Run;
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
import org.jspecify.annotations.Nullable;

/**
 * MPNet (Song et al. 2020) as transformers' MPNetModel: a BERT without token types whose layers
 * share one bias on the attention scores by the distance of query and key.
 */
public final class Mpnet extends Encoder {
  /** What transformers' model pads with, whatever the config says. */
  private static final int PAD = 1;

  private static final Set<Head.Kind> HEADS =
      EnumSet.of(
          Head.Kind.MASKED_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  private final MpnetConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final RelativeBias relativeBias;
  private final @Nullable Linear pooler;

  private Mpnet(MpnetConfig config, boolean withPooler, Params p) {
    super(p);
    this.config = config;
    embeddings = new Embeddings(config, p.at("embeddings"));
    Params encoder = p.at("encoder");
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(config, encoder.at("layer").at(i)));
    }
    relativeBias =
        new RelativeBias(
            config.relativeAttentionNumBuckets(),
            config.numAttentionHeads(),
            MpnetConfig.BUCKETS,
            encoder.at("relative_attention_bias"));
    int hidden = config.hiddenSize();
    pooler = withPooler ? new Linear(hidden, hidden, p.at("pooler").at("dense")) : null;
  }

  /** The MPNet of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    MpnetConfig config = MpnetConfig.read(json);
    HeadConfig heads = HeadConfig.read(json, "hidden_dropout_prob", config.hiddenDropoutProb());
    json.finish();
    Optional<Head.Kind> head = Head.Kind.of(architecture, "MPNet", HEADS);
    CheckpointSource source = CheckpointSource.of(checkpoint, "mpnet.", head);
    Params p = Params.from(source);
    Parts parts =
        head.isEmpty()
            ? Parts.of(new Mpnet(config, source.has("pooler.dense.weight"), p))
            : withHead(head.get(), config, heads, source, p);
    source.finish(name ->
        name.endsWith("embeddings.position_ids")
            || (head.isEmpty()
                ? isHead(name)
                : name.startsWith("mpnet.pooler.") || name.startsWith("pooler.")));
    return parts;
  }

  private static boolean isHead(String name) {
    return name.startsWith("lm_head.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }

  private static Parts withHead(
      Head.Kind kind, MpnetConfig config, HeadConfig heads, CheckpointSource source, Params p)
      throws IOException {
    if (kind == Head.Kind.MASKED_LM) {
      source.alias("lm_head.decoder.bias", "lm_head.bias");
    }
    boolean tied =
        kind == Head.Kind.MASKED_LM
            && source.ties(
                heads.tieWordEmbeddings(),
                "lm_head.decoder.weight",
                "mpnet.embeddings.word_embeddings.weight");
    int hidden = config.hiddenSize();
    return new Headed<>(
            p,
            root -> new Mpnet(config, false, root.at("mpnet")),
            (root, stack) ->
                new Head(
                    kind,
                    switch (kind) {
                      case MASKED_LM -> stack.maskedLm(tied, root.at("lm_head"));
                      case SEQUENCE_CLASSIFICATION ->
                          new FirstTokenHead(hidden, heads, root.at("classifier"));
                      case TOKEN_CLASSIFICATION -> new TokenClassificationHead(hidden, heads, root);
                      case CAUSAL_LM, SEQ2SEQ_LM ->
                          throw new IllegalArgumentException("MPNet has no head " + kind);
                    }))
        .parts();
  }

  /** Its activation is the exact GELU whatever the config's {@code hidden_act} is. */
  private MaskedLmHead maskedLm(boolean tied, Params p) {
    int hidden = config.hiddenSize();
    Params decoder = p.at("decoder");
    return new MaskedLmHead(
        new Linear(hidden, hidden, p.at("dense")),
        Activation.GELU,
        new LayerNorm(hidden, config.layerNormEps(), p.at("layer_norm")),
        tied
            ? Linear.tied(embeddings.word.weight(), decoder)
            : new Linear(hidden, config.vocabSize(), decoder));
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int maxPositions() {
    return config.maxPositionEmbeddings() - PAD - 1;
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
  public long[] positions(long[] ids, long[] mask) {
    return PaddingPositions.count(ids, PAD);
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, states));
  }

  private Tensor blocks(Packed batch, Consumer<Tensor> states) {
    Relative bias = relativeBias.table();
    AttentionOptions biased = AttentionOptions.NONE.withRelative(bias.table(), bias.zero());
    Tensor x = Workspace.frame(() -> embeddings.forward(batch)); // [tokens, H]
    states.accept(x);
    for (Layer layer : layers) {
      Tensor input = x;
      x = Workspace.frame(() -> layer.forward(input, batch, biased)); // [tokens, H]
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
    return "Mpnet("
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
    private final LayerNorm norm;
    private final Dropout dropout;

    Embeddings(MpnetConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      word = new Embedding(config.vocabSize(), hidden, p.at("word_embeddings"));
      position = new Embedding(config.maxPositionEmbeddings(), hidden, p.at("position_embeddings"));
      norm = new LayerNorm(hidden, config.layerNormEps(), p.at("LayerNorm"));
      dropout = new Dropout(config.hiddenDropoutProb(), p.at("dropout"));
    }

    Tensor forward(Packed batch) {
      return watch(() -> {
        Tensor rows = PaddingPositions.rows(batch, PAD);
        Tensor placed = F.add(word.forward(batch.ids()), position.forward(rows)); // [tokens, H]
        return dropout.forward(norm.forward(placed), batch);
      });
    }
  }

  /** One block: attention and feed-forward, each followed by a residual and a norm. */
  private static final class Layer extends Module {
    private final Attention attention;
    private final Linear intermediate;
    private final Activation activation;
    private final Linear output;
    private final LayerNorm norm;
    private final Dropout dropout;

    Layer(MpnetConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      int inner = config.intermediateSize();
      attention = new Attention(config, p.at("attention"));
      intermediate = new Linear(hidden, inner, p.at("intermediate").at("dense"));
      activation = Activations.named("hidden_act", config.hiddenAct());
      output = new Linear(inner, hidden, p.at("output").at("dense"));
      norm = new LayerNorm(hidden, config.layerNormEps(), p.at("output").at("LayerNorm"));
      dropout = new Dropout(config.hiddenDropoutProb(), p.at("output").at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch, AttentionOptions biased) {
      return watch(
          x,
          in -> {
            Tensor middle = attention.forward(in, batch, biased); // [tokens, H]
            Tensor wide = intermediate.forward(middle, activation); // [tokens, I]
            return norm.forward(residual(output, wide, middle, dropout, batch)); // [tokens, H]
          });
    }
  }

  /** Self-attention, its output projection, residual and norm. */
  private static final class Attention extends Module {
    private final SelfAttention attn;
    private final LayerNorm norm;
    private final Dropout dropout;

    Attention(MpnetConfig config, Params p) {
      super(p);
      attn = new SelfAttention(config, p.at("attn"));
      norm = new LayerNorm(config.hiddenSize(), config.layerNormEps(), p.at("LayerNorm"));
      dropout = new Dropout(config.hiddenDropoutProb(), p.at("dropout"));
    }

    Tensor forward(Tensor x, Packed batch, AttentionOptions biased) {
      return watch(
          x,
          in -> {
            Tensor attended = attn.forward(in, batch, biased); // [tokens, H]
            return norm.forward(F.add(dropout.forward(attended, batch), in));
          });
    }
  }

  private static final class SelfAttention extends Module {
    private final Linear q;
    private final Linear k;
    private final Linear v;
    private final Linear o;
    private final int heads;
    private final float dropout;
    private final int site;

    SelfAttention(MpnetConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      q = new Linear(hidden, hidden, p.at("q"));
      k = new Linear(hidden, hidden, p.at("k"));
      v = new Linear(hidden, hidden, p.at("v"));
      o = new Linear(hidden, hidden, p.at("o"));
      heads = config.numAttentionHeads();
      dropout = (float) config.attentionProbsDropoutProb();
      site = Dropout.site(p.at("dropout").path());
    }

    Tensor forward(Tensor x, Packed batch, AttentionOptions biased) {
      return watch(
          x,
          in ->
              o.forward(
                  new MultiHeadAttention(path(), q, k, v, heads, biased.withDropout(dropout, site))
                      .forward(in, batch.segments())));
    }
  }

  /** {@code dropout(x W^T + b) + residual}, in one pass where nothing is dropped. */
  private static Tensor residual(
      Linear dense, Tensor x, Tensor residual, Dropout dropout, Packed batch) {
    return dropout.isActive()
        ? F.add(dropout.forward(dense.forward(x), batch), residual)
        : dense.forward(x, residual);
  }
}
