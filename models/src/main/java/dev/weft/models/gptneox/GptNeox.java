package dev.weft.models.gptneox;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.Decoder;
import dev.weft.models.DecoderHeads;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Parts;
import dev.weft.models.RotaryEmbedding;
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

/**
 * GPT-NeoX (Black et al. 2022), also Pythia, as transformers' GPTNeoXModel: attention and
 * feed-forward side by side, a part of every head rotated, one projection for queries, keys and
 * values.
 */
public final class GptNeox extends Decoder {
  private static final DecoderHeads.Names NAMES =
      new DecoderHeads.Names(
          "GPTNeoXForCausalLM",
          "GPTNeoXForSequenceClassification",
          "GPTNeoXForTokenClassification",
          "gpt_neox",
          "embed_in",
          "lm_head",
          "embed_out",
          "classifier");

  private final GptNeoxConfig config;
  private final RotaryEmbedding rotary;
  private final Embedding embedIn;
  private final Dropout dropout;
  private final List<Layer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;

  private GptNeox(GptNeoxConfig config, Params p) {
    super(p);
    this.config = config;
    rotary = new RotaryEmbedding(config.rotary());
    embedIn = new Embedding(config.vocabSize(), config.hiddenSize(), p.at("embed_in"));
    dropout = new Dropout(config.hiddenDropout(), p.at("emb_dropout"));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(config, i, p.at("layers").at(i)));
    }
    finalNorm = new LayerNorm(config.hiddenSize(), config.layerNormEps(), p.at("final_layer_norm"));
  }

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    GptNeoxConfig config = GptNeoxConfig.read(json);
    DecoderHeads heads = DecoderHeads.read(json, NAMES, false, "classifier_dropout", 0.1);
    json.finish();
    // Older versions of transformers stored each layer's mask and frequencies.
    return heads.load(
        architecture,
        checkpoint,
        p -> new GptNeox(config, p),
        name ->
            name.endsWith(".attention.bias")
                || name.endsWith(".attention.masked_bias")
                || name.endsWith("rotary_emb.inv_freq"));
  }

  /** Its settings. */
  public GptNeoxConfig config() {
    return config;
  }

  @Override
  public Parameter table() {
    return embedIn.weight();
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
  public int learnedPositions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    return new KeyValueCache(
        config.numHiddenLayers(),
        sequences,
        capacity,
        config.numAttentionHeads(),
        config.headDim());
  }

  @Override
  public Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, cache, states));
  }

  private Tensor blocks(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    RotaryEmbedding.Angles angles = rotary.angles(batch);
    Tensor x = dropout.forward(embedIn.forward(batch.ids()), batch); // [tokens, H]
    states.accept(x);
    for (int i = 0; i < layers.size(); i++) {
      Tensor input = x;
      Layer layer = layers.get(i);
      boolean last = i == layers.size() - 1;
      x =
          Workspace.frame(() -> {
            Tensor y = layer.forward(input, batch, angles, cache);
            return last ? finish(y) : y;
          }); // [tokens, H]
      // As transformers shows them: the last state is the normed one.
      states.accept(x);
    }
    cache.advance(batch);
    return x;
  }

  @Override
  public Tensor finish(Tensor x) {
    return finalNorm.forward(x);
  }

  @Override
  public String describe() {
    return "GptNeox(%d layers, hidden %d, %d heads)"
        .formatted(config.numHiddenLayers(), config.hiddenSize(), config.numAttentionHeads());
  }

  private static final class Layer extends Module {
    private final boolean parallel;
    private final LayerNorm inputNorm;
    private final LayerNorm postAttentionNorm;
    private final Dropout attentionDropout;
    private final Dropout mlpDropout;
    private final Attention attention;
    private final Mlp mlp;

    Layer(GptNeoxConfig config, int index, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      double eps = config.layerNormEps();
      parallel = config.useParallelResidual();
      inputNorm = new LayerNorm(hidden, eps, p.at("input_layernorm"));
      postAttentionNorm = new LayerNorm(hidden, eps, p.at("post_attention_layernorm"));
      attentionDropout = new Dropout(config.hiddenDropout(), p.at("post_attention_dropout"));
      mlpDropout = new Dropout(config.hiddenDropout(), p.at("post_mlp_dropout"));
      attention = new Attention(config, index, p.at("attention"));
      mlp = new Mlp(config, p.at("mlp"));
    }

    /** {@code x + attention(norm(x)) + mlp(norm(x))}, or the second of what the first leaves. */
    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor seen = attention.forward(inputNorm.forward(in), batch, angles, cache);
            Tensor middle = F.add(attentionDropout.forward(seen, batch), in); // [tokens, H]
            Tensor fed = mlp.forward(postAttentionNorm.forward(parallel ? in : middle));
            return F.add(mlpDropout.forward(fed, batch), middle); // [tokens, H]
          });
    }
  }

  private static final class Attention extends Module {
    private final int index;
    private final int heads;
    private final int headDim;
    private final Linear queryKeyValue;
    private final Linear dense;
    private final AttentionOptions options;

    Attention(GptNeoxConfig config, int index, Params p) {
      super(p);
      this.index = index;
      heads = config.numAttentionHeads();
      headDim = config.headDim();
      int hidden = config.hiddenSize();
      boolean biased = config.attentionBias();
      queryKeyValue = Linear.of(biased, hidden, 3 * hidden, p.at("query_key_value"));
      dense = Linear.of(biased, hidden, hidden, p.at("dense"));
      options =
          AttentionOptions.CAUSAL.withDropout(
              (float) config.attentionDropout(), Dropout.site(p.path()));
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            // Every head's query, key and value lie side by side.
            Tensor all = queryKeyValue.forward(in).view(-1, heads, 3 * headDim);
            Tensor q = angles.rotate(all.slice(2, 0, headDim)); // [tokens, N, D]
            Tensor k = angles.rotate(all.slice(2, headDim, 2 * headDim)); // [tokens, N, D]
            Tensor v = all.slice(2, 2 * headDim, 3 * headDim); // [tokens, N, D]
            Tensor seen = cache.attend(path(), index, q, k, v, batch, options); // [tokens, N, D]
            return dense.forward(seen.view(-1, heads * headDim)); // [tokens, H]
          });
    }
  }

  private static final class Mlp extends Module {
    private final Linear up;
    private final Linear down;
    private final Activation activation;

    Mlp(GptNeoxConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      int inner = config.intermediateSize();
      up = new Linear(hidden, inner, p.at("dense_h_to_4h"));
      down = new Linear(inner, hidden, p.at("dense_4h_to_h"));
      activation = Activations.named("hidden_act", config.hiddenAct());
    }

    Tensor forward(Tensor x) {
      return watch(x, in -> down.forward(up.forward(in, activation))); // [tokens, H]
    }
  }
}
