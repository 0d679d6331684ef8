package dev.weft.models.modernbert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Parts;
import dev.weft.models.RotaryEmbedding;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * ModernBERT (Warner et al. 2024) as transformers' ModernBertModel: pre-norm blocks with gated
 * feed-forwards and rotary positions, most of which see a window only.
 */
public final class ModernBert extends Encoder {
  private final ModernBertConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;
  private final RotaryEmbedding global;
  private final RotaryEmbedding local;

  ModernBert(ModernBertConfig config, Params p) {
    super(p);
    this.config = config;
    embeddings = new Embeddings(config, p.at("embeddings"));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(config, i, p.at("layers").at(i)));
    }
    finalNorm = norm(config, p.at("final_norm"));
    global = new RotaryEmbedding(config.global());
    local = new RotaryEmbedding(config.local());
  }

  /** The ModernBERT of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    ModernBertConfig config = ModernBertConfig.read(json);
    HeadConfig heads = HeadConfig.read(json, "classifier_dropout", 0);
    json.finish();
    Optional<Head.Kind> head = Head.Kind.of(architecture, "ModernBert", ModernBertHeads.KINDS);
    CheckpointSource source = CheckpointSource.of(checkpoint, "model.", head);
    Params p = Params.from(source);
    Parts parts =
        head.isEmpty()
            ? Parts.of(new ModernBert(config, p))
            : ModernBertHeads.load(head.get(), config, heads, source, p);
    source.finish(name -> head.isEmpty() && ModernBertHeads.isHead(name));
    return parts;
  }

  static LayerNorm norm(ModernBertConfig config, Params p) {
    return config.normBias()
        ? new LayerNorm(config.hiddenSize(), config.normEps(), p)
        : LayerNorm.withoutBias(config.hiddenSize(), config.normEps(), p);
  }

  /** The word embeddings, which a masked LM's decoder is tied to. */
  Embedding words() {
    return embeddings.tokens;
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
  public int learnedPositions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  @Override
  public boolean poolsFirstColumn() {
    return !config.classifierMean();
  }

  @Override
  public Tensor forward(Packed batch, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, states));
  }

  private Tensor blocks(Packed batch, Consumer<Tensor> states) {
    RotaryEmbedding.Angles everywhere = global.angles(batch);
    RotaryEmbedding.Angles nearby = local.angles(batch);
    Tensor x = Workspace.frame(() -> embeddings.forward(batch)); // [tokens, H]
    for (int i = 0; i < layers.size(); i++) {
      states.accept(x);
      Layer layer = layers.get(i);
      Tensor input = x;
      RotaryEmbedding.Angles angles = config.sliding().get(i) ? nearby : everywhere;
      x = Workspace.frame(() -> layer.forward(input, batch, angles)); // [tokens, H]
    }
    Tensor last = finish(x); // [tokens, H]
    states.accept(last);
    return last;
  }

  @Override
  public Tensor finish(Tensor x) {
    return finalNorm.forward(x);
  }

  @Override
  public String describe() {
    return "ModernBert("
        + config.numHiddenLayers()
        + " layers, hidden "
        + config.hiddenSize()
        + ", "
        + config.numAttentionHeads()
        + " heads)";
  }

  private static final class Embeddings extends Module {
    private final Embedding tokens;
    private final LayerNorm norm;
    private final Dropout dropout;

    Embeddings(ModernBertConfig config, Params p) {
      super(p);
      tokens = new Embedding(config.vocabSize(), config.hiddenSize(), p.at("tok_embeddings"));
      norm = norm(config, p.at("norm"));
      dropout = new Dropout(config.embeddingDropout(), p.at("drop"));
    }

    Tensor forward(Packed batch) {
      return watch(
          () -> dropout.forward(norm.forward(tokens.forward(batch.ids())), batch)); // [tokens, H]
    }
  }

  /** One block: attention and feed-forward, each after a norm and added to what it read. */
  private static final class Layer extends Module {
    private final Optional<LayerNorm> attnNorm;
    private final SelfAttention attn;
    private final LayerNorm mlpNorm;
    private final GatedFeedForward mlp;

    Layer(ModernBertConfig config, int index, Params p) {
      super(p);
      // The embeddings are normalised already.
      attnNorm = index == 0 ? Optional.empty() : Optional.of(norm(config, p.at("attn_norm")));
      attn = new SelfAttention(config, config.sliding().get(index), p.at("attn"));
      mlpNorm = norm(config, p.at("mlp_norm"));
      mlp = new GatedFeedForward(config, p.at("mlp"));
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles) {
      return watch(
          x,
          in -> {
            Tensor read = attnNorm.map(norm -> norm.forward(in)).orElse(in); // [tokens, H]
            Tensor middle = F.add(in, attn.forward(read, batch, angles)); // [tokens, H]
            return F.add(middle, mlp.forward(mlpNorm.forward(middle), batch)); // [tokens, H]
          });
    }
  }

  private static final class SelfAttention extends Module {
    private final Linear wqkv;
    private final Linear wo;
    private final Dropout outDrop;
    private final int heads;
    private final AttentionOptions options;

    SelfAttention(ModernBertConfig config, boolean sliding, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      wqkv = Linear.of(config.attentionBias(), hidden, 3 * hidden, p.at("Wqkv"));
      wo = Linear.of(config.attentionBias(), hidden, hidden, p.at("Wo"));
      outDrop = new Dropout(config.attentionDropout(), p.at("out_drop"));
      heads = config.numAttentionHeads();
      int side = config.localAttention() / 2;
      AttentionOptions all =
          AttentionOptions.NONE.withDropout(
              (float) config.attentionDropout(), Dropout.site(path()));
      options = sliding ? all.withWindow(side, side) : all;
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles) {
      return watch(
          x,
          in -> {
            int hidden = in.dim(-1);
            Tensor qkv = wqkv.forward(in).view(-1, 3, heads, hidden / heads); // [tokens, 3, N, D]
            Tensor q = angles.rotate(qkv.select(1, 0)); // [tokens, N, D]
            Tensor k = angles.rotate(qkv.select(1, 1)); // [tokens, N, D]
            Tensor v = qkv.select(1, 2); // [tokens, N, D]
            Tensor attended =
                MultiHeadAttention.attend(path(), q, k, v, batch.segments(), options)
                    .view(-1, hidden); // [tokens, H]
            return outDrop.forward(wo.forward(attended), batch);
          });
    }
  }

  /** {@code Wo(dropout(activation(a) * b))} where {@code Wi x} is a and b side by side. */
  private static final class GatedFeedForward extends Module {
    private final Linear wi;
    private final Linear wo;
    private final Activation activation;
    private final Dropout drop;

    GatedFeedForward(ModernBertConfig config, Params p) {
      super(p);
      int inner = config.intermediateSize();
      wi = Linear.of(config.mlpBias(), config.hiddenSize(), 2 * inner, p.at("Wi"));
      wo = Linear.of(config.mlpBias(), inner, config.hiddenSize(), p.at("Wo"));
      activation = Activations.named("hidden_activation", config.hiddenActivation());
      drop = new Dropout(config.mlpDropout(), p.at("drop"));
    }

    Tensor forward(Tensor x, Packed batch) {
      return watch(
          x,
          in -> {
            Tensor both = wi.forward(in); // [tokens, 2 I]
            int inner = both.dim(-1) / 2;
            Tensor a = Linear.activate(both.slice(1, 0, inner), activation); // [tokens, I]
            Tensor gated = F.mul(a, both.slice(1, inner, 2 * inner)); // [tokens, I]
            return wo.forward(drop.forward(gated, batch));
          });
    }
  }
}
