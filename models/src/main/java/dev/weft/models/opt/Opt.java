package dev.weft.models.opt;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.Decoder;
import dev.weft.models.DecoderHeads;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Parts;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * OPT (Zhang et al. 2022) as transformers' OPTModel: learned positions that count tokens and not
 * columns, norms before attention and feed-forward, or as the model of 350M has them, after.
 */
public final class Opt extends Decoder {
  /** The first rows of the table of positions are of no position. */
  private static final int POSITION_OFFSET = 2;

  private static final double NORM_EPS = 1e-5;

  private static final DecoderHeads.Names NAMES =
      new DecoderHeads.Names(
          "OPTForCausalLM",
          "OPTForSequenceClassification",
          "",
          "model",
          "decoder.embed_tokens",
          "lm_head",
          "lm_head",
          "score");

  private final OptConfig config;
  private final Embedding tokens;
  private final Embedding places;
  private final @Nullable Linear projectIn;
  private final @Nullable Linear projectOut;
  private final @Nullable LayerNorm finalNorm;
  private final List<Layer> layers = new ArrayList<>();

  private Opt(OptConfig config, Params root) {
    super(root);
    this.config = config;
    Params p = root.at("decoder");
    int hidden = config.hiddenSize();
    int words = config.wordEmbedProjDim();
    tokens = new Embedding(config.vocabSize(), words, p.at("embed_tokens"));
    int rows = config.maxPositionEmbeddings() + POSITION_OFFSET;
    places = new Embedding(rows, hidden, p.at("embed_positions"));
    projectOut = config.projects() ? Linear.withoutBias(hidden, words, p.at("project_out")) : null;
    projectIn = config.projects() ? Linear.withoutBias(words, hidden, p.at("project_in")) : null;
    finalNorm = config.endsWithNorm() ? norm(config, p.at("final_layer_norm")) : null;
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(config, i, p.at("layers").at(i)));
    }
  }

  private static LayerNorm norm(OptConfig config, Params p) {
    return config.layerNormElementwiseAffine()
        ? new LayerNorm(config.hiddenSize(), NORM_EPS, p)
        : LayerNorm.withoutAffine(config.hiddenSize(), NORM_EPS, p);
  }

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    OptConfig config = OptConfig.read(json);
    DecoderHeads heads = DecoderHeads.read(json, NAMES, true, "classifier_dropout", 0.1);
    json.finish();
    return heads.load(architecture, checkpoint, p -> new Opt(config, p), name -> false);
  }

  /** Its settings. */
  public OptConfig config() {
    return config;
  }

  @Override
  public Parameter table() {
    return tokens.weight();
  }

  /** Of what it gives: where it projects, the size of its word embeddings. */
  @Override
  public int hiddenSize() {
    return config.wordEmbedProjDim();
  }

  @Override
  public int maxPositions() {
    return config.maxPositionEmbeddings();
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  /** Tokens are counted, wherever the padding is; that has the position before the first. */
  @Override
  public long[] positions(long[] ids, long[] mask) {
    long[] positions = new long[ids.length];
    long count = 0;
    for (int i = 0; i < positions.length; i++) {
      count += mask[i];
      positions[i] = mask[i] == 0 ? -1 : count - 1;
    }
    return positions;
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    int heads = config.numAttentionHeads();
    return new KeyValueCache(
        config.numHiddenLayers(), sequences, capacity, heads, config.hiddenSize() / heads);
  }

  @Override
  public Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, cache, states));
  }

  private Tensor blocks(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embed(batch)); // [tokens, H]
    states.accept(x);
    for (int i = 0; i < layers.size(); i++) {
      Tensor input = x;
      Layer layer = layers.get(i);
      boolean last = i == layers.size() - 1;
      x =
          Workspace.frame(() -> {
            Tensor y = layer.forward(input, batch, cache);
            return last ? finish(y) : y;
          }); // [tokens, H], at last [tokens, E]
      // As transformers shows them: the last state is what the model gives.
      states.accept(x);
    }
    cache.advance(batch);
    return x;
  }

  private Tensor embed(Packed batch) {
    Tensor words = tokens.forward(batch.ids()); // [tokens, E]
    Tensor wide = projectIn == null ? words : projectIn.forward(words); // [tokens, H]
    long[] rows = batch.positions().toLongs();
    for (int i = 0; i < rows.length; i++) {
      rows[i] += POSITION_OFFSET;
    }
    return F.add(wide, places.forward(Tensor.of(rows, rows.length))); // [tokens, H]
  }

  @Override
  public Tensor finish(Tensor x) {
    Tensor normed = finalNorm == null ? x : finalNorm.forward(x);
    return projectOut == null ? normed : projectOut.forward(normed); // [tokens, E]
  }

  @Override
  public String describe() {
    return "Opt(%d layers, hidden %d, %d heads)"
        .formatted(config.numHiddenLayers(), config.hiddenSize(), config.numAttentionHeads());
  }

  private static final class Layer extends Module {
    private final boolean normsBefore;
    private final Attention attention;
    private final LayerNorm attentionNorm;
    private final Linear fc1;
    private final Linear fc2;
    private final LayerNorm finalNorm;
    private final Dropout attentionDropout;
    private final Dropout feedDropout;
    private final Activation activation;

    Layer(OptConfig config, int index, Params p) {
      super(p);
      normsBefore = config.doLayerNormBefore();
      attention = new Attention(config, index, p.at("self_attn"));
      attentionNorm = norm(config, p.at("self_attn_layer_norm"));
      int hidden = config.hiddenSize();
      fc1 = Linear.of(config.enableBias(), hidden, config.ffnDim(), p.at("fc1"));
      fc2 = Linear.of(config.enableBias(), config.ffnDim(), hidden, p.at("fc2"));
      finalNorm = norm(config, p.at("final_layer_norm"));
      attentionDropout = new Dropout(config.dropout(), p.at("attention_residual"));
      feedDropout = new Dropout(config.dropout(), p.at("feed_forward_residual"));
      activation = Activations.named("activation_function", config.activationFunction());
    }

    Tensor forward(Tensor x, Packed batch, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor middle = attend(in, batch, cache); // [tokens, H]
            Tensor fed = feed(normsBefore ? finalNorm.forward(middle) : middle, middle, batch);
            return normsBefore ? fed : finalNorm.forward(fed); // [tokens, H]
          });
    }

    private Tensor attend(Tensor x, Packed batch, KeyValueCache cache) {
      Tensor read = normsBefore ? attentionNorm.forward(x) : x;
      Tensor sum =
          attentionDropout.isActive()
              ? F.add(attentionDropout.forward(attention.forward(read, batch, cache), batch), x)
              : attention.forward(read, x, batch, cache);
      return normsBefore ? sum : attentionNorm.forward(sum);
    }

    private Tensor feed(Tensor x, Tensor residual, Packed batch) {
      Tensor inner = fc1.forward(x, activation); // [tokens, I]
      return feedDropout.isActive()
          ? F.add(feedDropout.forward(fc2.forward(inner), batch), residual)
          : fc2.forward(inner, residual);
    }
  }

  private static final class Attention extends Module {
    private final int index;
    private final int heads;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final AttentionOptions options;

    Attention(OptConfig config, int index, Params p) {
      super(p);
      this.index = index;
      heads = config.numAttentionHeads();
      int hidden = config.hiddenSize();
      boolean biased = config.enableBias();
      key = Linear.of(biased, hidden, hidden, p.at("k_proj"));
      value = Linear.of(biased, hidden, hidden, p.at("v_proj"));
      query = Linear.of(biased, hidden, hidden, p.at("q_proj"));
      output = Linear.of(biased, hidden, hidden, p.at("out_proj"));
      options =
          AttentionOptions.CAUSAL.withDropout(
              (float) config.attentionDropout(), Dropout.site(p.path()));
    }

    Tensor forward(Tensor x, Packed batch, KeyValueCache cache) {
      return watch(x, in -> output.forward(seen(in, batch, cache)));
    }

    /** {@code residual + attention(x)}, [tokens, H]. */
    Tensor forward(Tensor x, Tensor residual, Packed batch, KeyValueCache cache) {
      return watch(x, in -> seen(in, batch, cache), output, residual);
    }

    private Tensor seen(Tensor x, Packed batch, KeyValueCache cache) {
      int d = query.out() / heads;
      Tensor q = query.forward(x).view(-1, heads, d); // [tokens, N, D]
      Tensor k = key.forward(x).view(-1, heads, d); // [tokens, N, D]
      Tensor v = value.forward(x).view(-1, heads, d); // [tokens, N, D]
      return cache.attend(path(), index, q, k, v, batch, options).view(-1, heads * d);
    }
  }
}
