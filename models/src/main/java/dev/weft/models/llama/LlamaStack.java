package dev.weft.models.llama;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.Decoder;
import dev.weft.models.DecoderHeads;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Parts;
import dev.weft.models.RotaryEmbedding;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
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
import java.util.function.UnaryOperator;

/**
 * The decoder of Llama (Touvron et al. 2023) as transformers' LlamaModel, with what Mistral and
 * Qwen add: RMS norms before attention and before a gated feed-forward, rotary positions,
 * grouped-query attention.
 */
public final class LlamaStack extends Decoder {
  private final LlamaShape shape;
  private final RotaryEmbedding rotary;
  private final Embedding embedTokens;
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;

  LlamaStack(LlamaShape shape, Params p) {
    super(p);
    this.shape = shape;
    rotary = new RotaryEmbedding(shape.rotary());
    embedTokens = new Embedding(shape.vocabSize(), shape.hiddenSize(), p.at("embed_tokens"));
    for (int i = 0; i < shape.numHiddenLayers(); i++) {
      layers.add(new Layer(shape, i, p.at("layers").at(i)));
    }
    norm = new RmsNorm(shape.hiddenSize(), shape.rmsNormEps(), p.at("norm"));
  }

  /** The model of this shape with the head that the rest of its config asks for. */
  static Parts load(LlamaShape shape, ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    DecoderHeads.Names names = DecoderHeads.Names.of(shape.family());
    DecoderHeads heads = DecoderHeads.read(json, names, false, "classifier_dropout", 0.1);
    json.finish();
    return heads.load(
        architecture,
        checkpoint,
        p -> new LlamaStack(shape, p),
        // Older versions of transformers stored what is computed now.
        name -> name.endsWith("rotary_emb.inv_freq"));
  }

  @Override
  public Parameter table() {
    return embedTokens.weight();
  }

  @Override
  public int hiddenSize() {
    return shape.hiddenSize();
  }

  @Override
  public int maxPositions() {
    return shape.maxPositionEmbeddings();
  }

  @Override
  public int vocabSize() {
    return shape.vocabSize();
  }

  @Override
  public int learnedPositions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    return new KeyValueCache(
        shape.numHiddenLayers(), sequences, capacity, shape.numKeyValueHeads(), shape.headDim());
  }

  @Override
  public Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, cache, states));
  }

  private Tensor blocks(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    RotaryEmbedding.Angles angles = rotary.angles(batch);
    Tensor x = embedTokens.forward(batch.ids()); // [tokens, H]
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
    return norm.forward(x);
  }

  @Override
  public String describe() {
    return "%s(%d layers, hidden %d, %d heads, %d key-value heads)"
        .formatted(
            shape.family(),
            shape.numHiddenLayers(),
            shape.hiddenSize(),
            shape.numAttentionHeads(),
            shape.numKeyValueHeads());
  }

  /** {@code x + attention(norm(x))}, then {@code + mlp(norm())}. */
  private static final class Layer extends Module {
    private final Attention selfAttn;
    private final Mlp mlp;
    private final RmsNorm inputNorm;
    private final RmsNorm postAttentionNorm;

    Layer(LlamaShape shape, int index, Params p) {
      super(p);
      int hidden = shape.hiddenSize();
      selfAttn = new Attention(shape, index, p.at("self_attn"));
      mlp = new Mlp(shape, p.at("mlp"));
      inputNorm = new RmsNorm(hidden, shape.rmsNormEps(), p.at("input_layernorm"));
      postAttentionNorm = new RmsNorm(hidden, shape.rmsNormEps(), p.at("post_attention_layernorm"));
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor attended = selfAttn.forward(inputNorm.forward(in), in, batch, angles, cache);
            return mlp.forward(postAttentionNorm.forward(attended), attended); // [tokens, H]
          });
    }
  }

  /** Grouped-query attention with rotated queries and keys. */
  private static final class Attention extends Module {
    private final int index;
    private final int headDim;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final UnaryOperator<Tensor> queryNorm;
    private final UnaryOperator<Tensor> keyNorm;
    private final AttentionOptions options;

    Attention(LlamaShape shape, int index, Params p) {
      super(p);
      this.index = index;
      headDim = shape.headDim();
      int hidden = shape.hiddenSize();
      int queries = shape.numAttentionHeads() * headDim;
      int keys = shape.numKeyValueHeads() * headDim;
      query = Linear.of(shape.queryKeyValueBias(), hidden, queries, p.at("q_proj"));
      key = Linear.of(shape.queryKeyValueBias(), hidden, keys, p.at("k_proj"));
      value = Linear.of(shape.queryKeyValueBias(), hidden, keys, p.at("v_proj"));
      output = Linear.of(shape.outputBias(), queries, hidden, p.at("o_proj"));
      queryNorm = headNorm(shape, p.at("q_norm"));
      keyNorm = headNorm(shape, p.at("k_norm"));
      AttentionOptions dropping =
          AttentionOptions.CAUSAL.withDropout(
              (float) shape.attentionDropout(), Dropout.site(p.path()));
      int window = shape.window(index);
      options = window == 0 ? dropping : dropping.withWindow(window - 1, 0);
    }

    private static UnaryOperator<Tensor> headNorm(LlamaShape shape, Params p) {
      return shape.headNorms()
          ? new RmsNorm(shape.headDim(), shape.rmsNormEps(), p)::forward
          : UnaryOperator.identity();
    }

    /** {@code residual + attention(x)}, [tokens, H]. */
    Tensor forward(
        Tensor x,
        Tensor residual,
        Packed batch,
        RotaryEmbedding.Angles angles,
        KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor q = angles.rotate(queryNorm.apply(heads(query, in))); // [tokens, N, D]
            Tensor k = angles.rotate(keyNorm.apply(heads(key, in))); // [tokens, K, D]
            Tensor v = heads(value, in); // [tokens, K, D]
            Tensor seen = cache.attend(path(), index, q, k, v, batch, options); // [tokens, N, D]
            return seen.view(-1, query.out()); // [tokens, N * D]
          },
          output,
          residual);
    }

    private Tensor heads(Linear projection, Tensor x) {
      return projection.forward(x).view(-1, projection.out() / headDim, headDim);
    }
  }

  /** {@code W_down (act(W_gate x) * W_up x)} (Shazeer 2020). */
  private static final class Mlp extends Module {
    private final Linear gate;
    private final Linear up;
    private final Linear down;
    private final Activation activation;

    Mlp(LlamaShape shape, Params p) {
      super(p);
      int hidden = shape.hiddenSize();
      int inner = shape.intermediateSize();
      gate = Linear.of(shape.mlpBias(), hidden, inner, p.at("gate_proj"));
      up = Linear.of(shape.mlpBias(), hidden, inner, p.at("up_proj"));
      down = Linear.of(shape.mlpBias(), inner, hidden, p.at("down_proj"));
      activation = Activations.named("hidden_act", shape.hiddenAct());
    }

    /** {@code residual + mlp(x)}, [tokens, H]. */
    Tensor forward(Tensor x, Tensor residual) {
      return watch(
          x,
          in -> up.gated(in, gate.forward(in, activation)), // [tokens, I]
          down,
          residual);
    }
  }
}
