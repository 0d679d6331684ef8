package dev.weft.models.gemma;

import dev.weft.models.Activations;
import dev.weft.models.Decoder;
import dev.weft.models.KeyValueCache;
import dev.weft.models.RotaryEmbedding;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The decoder of Gemma 2 and 3 (Gemma Team 2024, 2025) as transformers' Gemma2Model and
 * Gemma3TextModel: norms before and after attention and feed-forward whose weights are offsets from
 * 1, embeddings scaled by the root of their size, layers that see a window beside layers that see
 * everything.
 */
public final class GemmaStack extends Decoder {
  private final GemmaShape shape;
  private final RotaryEmbedding rotary;
  private final RotaryEmbedding slidingRotary;
  private final Embedding embedTokens;
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;

  GemmaStack(GemmaShape shape, Params p) {
    super(p);
    this.shape = shape;
    rotary = new RotaryEmbedding(shape.rotary());
    slidingRotary = new RotaryEmbedding(shape.slidingRotary());
    embedTokens = new Embedding(shape.vocabSize(), shape.hiddenSize(), p.at("embed_tokens"));
    for (int i = 0; i < shape.layers(); i++) {
      layers.add(new Layer(shape, i, p.at("layers").at(i)));
    }
    norm = RmsNorm.offsetFromOne(shape.hiddenSize(), shape.rmsNormEps(), p.at("norm"));
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

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException where tokens see those after them: nothing can go on from there
   */
  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    if (shape.bidirectional()) {
      throw new IllegalStateException(
          "a model with use_bidirectional_attention cannot generate: its tokens see later ones");
    }
    return new KeyValueCache(
        shape.layers(), sequences, capacity, shape.numKeyValueHeads(), shape.headDim());
  }

  @Override
  public Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    return stack(batch, () -> blocks(batch, cache, states));
  }

  private Tensor blocks(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    RotaryEmbedding.Angles angles = rotary.angles(batch);
    RotaryEmbedding.Angles slidingAngles = slidingRotary.angles(batch);
    float scale = (float) Math.sqrt(shape.hiddenSize());
    Tensor x = F.mul(embedTokens.forward(batch.ids()), scale); // [tokens, H]
    states.accept(x);
    for (int i = 0; i < layers.size(); i++) {
      Tensor input = x;
      Layer layer = layers.get(i);
      RotaryEmbedding.Angles own = shape.slide().get(i) ? slidingAngles : angles;
      boolean last = i == layers.size() - 1;
      x =
          Workspace.frame(() -> {
            Tensor y = layer.forward(input, batch, own, cache);
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
            shape.layers(),
            shape.hiddenSize(),
            shape.numAttentionHeads(),
            shape.numKeyValueHeads());
  }

  /** {@code x + norm(attention(norm(x)))}, then {@code + norm(mlp(norm()))}. */
  private static final class Layer extends Module {
    private final Attention selfAttn;
    private final Mlp mlp;
    private final RmsNorm inputNorm;
    private final RmsNorm postAttentionNorm;
    private final RmsNorm preFeedforwardNorm;
    private final RmsNorm postFeedforwardNorm;

    Layer(GemmaShape shape, int index, Params p) {
      super(p);
      selfAttn = new Attention(shape, index, p.at("self_attn"));
      mlp = new Mlp(shape, p.at("mlp"));
      inputNorm = norm(shape, p.at("input_layernorm"));
      postAttentionNorm = norm(shape, p.at("post_attention_layernorm"));
      preFeedforwardNorm = norm(shape, p.at("pre_feedforward_layernorm"));
      postFeedforwardNorm = norm(shape, p.at("post_feedforward_layernorm"));
    }

    private static RmsNorm norm(GemmaShape shape, Params p) {
      return RmsNorm.offsetFromOne(shape.hiddenSize(), shape.rmsNormEps(), p);
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor seen = selfAttn.forward(inputNorm.forward(in), batch, angles, cache);
            Tensor middle = F.add(in, postAttentionNorm.forward(seen)); // [tokens, H]
            Tensor fed = mlp.forward(preFeedforwardNorm.forward(middle));
            return F.add(middle, postFeedforwardNorm.forward(fed)); // [tokens, H]
          });
    }
  }

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

    Attention(GemmaShape shape, int index, Params p) {
      super(p);
      this.index = index;
      headDim = shape.headDim();
      int hidden = shape.hiddenSize();
      int queries = shape.numAttentionHeads() * headDim;
      int keys = shape.numKeyValueHeads() * headDim;
      boolean biased = shape.attentionBias();
      query = Linear.of(biased, hidden, queries, p.at("q_proj"));
      key = Linear.of(biased, hidden, keys, p.at("k_proj"));
      value = Linear.of(biased, hidden, keys, p.at("v_proj"));
      output = Linear.of(biased, queries, hidden, p.at("o_proj"));
      queryNorm = headNorm(shape, p.at("q_norm"));
      keyNorm = headNorm(shape, p.at("k_norm"));
      options = options(shape, index, Dropout.site(p.path()));
    }

    private static UnaryOperator<Tensor> headNorm(GemmaShape shape, Params p) {
      return shape.headNorms()
          ? RmsNorm.offsetFromOne(shape.headDim(), shape.rmsNormEps(), p)::forward
          : UnaryOperator.identity();
    }

    private static AttentionOptions options(GemmaShape shape, int index, int site) {
      AttentionOptions direction =
          shape.bidirectional() ? AttentionOptions.NONE : AttentionOptions.CAUSAL;
      AttentionOptions options =
          direction
              .withScale((float) (1 / Math.sqrt(shape.queryPreAttnScalar())))
              .withSoftcap((float) shape.attnLogitSoftcapping())
              .withDropout((float) shape.attentionDropout(), site);
      int reach = shape.slidingWindow() - 1;
      return shape.slide().get(index)
          ? options.withWindow(reach, shape.bidirectional() ? reach : 0)
          : options;
    }

    Tensor forward(Tensor x, Packed batch, RotaryEmbedding.Angles angles, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor q = angles.rotate(queryNorm.apply(heads(query, in))); // [tokens, N, D]
            Tensor k = angles.rotate(keyNorm.apply(heads(key, in))); // [tokens, K, D]
            Tensor v = heads(value, in); // [tokens, K, D]
            Tensor seen = cache.attend(path(), index, q, k, v, batch, options); // [tokens, N, D]
            return output.forward(seen.view(-1, query.out())); // [tokens, H]
          });
    }

    private Tensor heads(Linear projection, Tensor x) {
      return projection.forward(x).view(-1, projection.out() / headDim, headDim);
    }
  }

  /** {@code W_down (act(W_gate x) * W_up x)}. */
  private static final class Mlp extends Module {
    private final Linear gate;
    private final Linear up;
    private final Linear down;
    private final Activation activation;

    Mlp(GemmaShape shape, Params p) {
      super(p);
      int hidden = shape.hiddenSize();
      int inner = shape.intermediateSize();
      gate = Linear.withoutBias(hidden, inner, p.at("gate_proj"));
      up = Linear.withoutBias(hidden, inner, p.at("up_proj"));
      down = Linear.withoutBias(inner, hidden, p.at("down_proj"));
      activation = Activations.named("hidden_activation", shape.hiddenActivation());
    }

    Tensor forward(Tensor x) {
      return watch(
          x, in -> down.forward(up.gated(in, gate.forward(in, activation)))); // [tokens, H]
    }
  }
}
