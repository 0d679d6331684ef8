package dev.weft.models.gpt2;

import dev.weft.models.Activations;
import dev.weft.models.ConfigJson;
import dev.weft.models.Decoder;
import dev.weft.models.DecoderHeads;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Parts;
import dev.weft.nn.Conv1D;
import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.LayerNorm;
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
 * GPT-2 (Radford et al. 2019) as transformers' GPT2Model: learned positions, norms before attention
 * and feed-forward, projections stored [in, out].
 */
public final class Gpt2 extends Decoder {
  private static final DecoderHeads.Names NAMES =
      new DecoderHeads.Names(
          "GPT2LMHeadModel",
          "GPT2ForSequenceClassification",
          "GPT2ForTokenClassification",
          "transformer",
          "wte",
          "lm_head",
          "lm_head",
          "classifier");

  private final Gpt2Config config;
  private final Embedding tokens;
  private final Embedding places;
  private final Dropout dropout;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm finalNorm;

  private Gpt2(Gpt2Config config, Params p) {
    super(p);
    this.config = config;
    tokens = new Embedding(config.vocabSize(), config.nEmbd(), p.at("wte"));
    places = new Embedding(config.nPositions(), config.nEmbd(), p.at("wpe"));
    dropout = new Dropout(config.embdPdrop(), p.at("drop"));
    for (int i = 0; i < config.nLayer(); i++) {
      blocks.add(new Block(config, i, p.at("h").at(i)));
    }
    finalNorm = new LayerNorm(config.nEmbd(), config.layerNormEpsilon(), p.at("ln_f"));
  }

  /** The model of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    Gpt2Config config = Gpt2Config.read(json);
    DecoderHeads heads =
        DecoderHeads.read(
            json, NAMES, true, "classifier_dropout", json.number("hidden_dropout", 0.1));
    json.finish();
    // The first checkpoints hold each layer's causal mask; a checkpoint of two heads the second.
    return heads.load(
        architecture,
        checkpoint,
        p -> new Gpt2(config, p),
        name ->
            name.endsWith(".attn.bias")
                || name.endsWith(".attn.masked_bias")
                || name.startsWith("multiple_choice_head."));
  }

  /** Its settings. */
  public Gpt2Config config() {
    return config;
  }

  @Override
  public Parameter table() {
    return tokens.weight();
  }

  @Override
  public int hiddenSize() {
    return config.nEmbd();
  }

  @Override
  public int maxPositions() {
    return config.nPositions();
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  /** Types are looked up among the tokens. */
  @Override
  public int tokenTypes() {
    return config.vocabSize();
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    return new KeyValueCache(
        config.nLayer(), sequences, capacity, config.nHead(), config.nEmbd() / config.nHead());
  }

  @Override
  public Tensor forward(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    return stack(batch, () -> all(batch, cache, states));
  }

  private Tensor all(Packed batch, KeyValueCache cache, Consumer<Tensor> states) {
    Tensor x = Workspace.frame(() -> embed(batch)); // [tokens, H]
    states.accept(x);
    for (int i = 0; i < blocks.size(); i++) {
      Tensor input = x;
      Block block = blocks.get(i);
      boolean last = i == blocks.size() - 1;
      x =
          Workspace.frame(() -> {
            Tensor y = block.forward(input, batch, cache);
            return last ? finish(y) : y;
          }); // [tokens, H]
      // As transformers shows them: the last state is the normed one.
      states.accept(x);
    }
    cache.advance(batch);
    return x;
  }

  private Tensor embed(Packed batch) {
    Tensor placed = F.add(tokens.forward(batch.ids()), places.forward(batch.positions()));
    Tensor typed = batch.isTyped() ? F.add(placed, tokens.forward(batch.types())) : placed;
    return dropout.forward(typed, batch); // [tokens, H]
  }

  @Override
  public Tensor finish(Tensor x) {
    return finalNorm.forward(x);
  }

  @Override
  public String describe() {
    return "Gpt2(%d layers, hidden %d, %d heads)"
        .formatted(config.nLayer(), config.nEmbd(), config.nHead());
  }

  /** {@code x + attention(norm(x))}, then {@code + mlp(norm())}. */
  private static final class Block extends Module {
    private final LayerNorm attentionNorm;
    private final Attention attention;
    private final LayerNorm mlpNorm;
    private final Mlp mlp;

    Block(Gpt2Config config, int index, Params p) {
      super(p);
      attentionNorm = new LayerNorm(config.nEmbd(), config.layerNormEpsilon(), p.at("ln_1"));
      attention = new Attention(config, index, p.at("attn"));
      mlpNorm = new LayerNorm(config.nEmbd(), config.layerNormEpsilon(), p.at("ln_2"));
      mlp = new Mlp(config, p.at("mlp"));
    }

    Tensor forward(Tensor x, Packed batch, KeyValueCache cache) {
      return watch(
          x,
          in -> {
            Tensor middle = attention.forward(attentionNorm.forward(in), in, batch, cache);
            return mlp.forward(mlpNorm.forward(middle), middle, batch); // [tokens, H]
          });
    }
  }

  private static final class Attention extends Module {
    private final int index;
    private final int heads;
    private final Conv1D queryKeyValue;
    private final Conv1D output;
    private final Dropout dropout;
    private final AttentionOptions options;

    Attention(Gpt2Config config, int index, Params p) {
      super(p);
      this.index = index;
      heads = config.nHead();
      int hidden = config.nEmbd();
      queryKeyValue = new Conv1D(hidden, 3 * hidden, p.at("c_attn"));
      output = new Conv1D(hidden, hidden, p.at("c_proj"));
      dropout = new Dropout(config.residPdrop(), p.at("resid_dropout"));
      double scale = config.scaleAttnWeights() ? 1 / Math.sqrt((double) hidden / heads) : 1;
      double layer = config.scaleAttnByInverseLayerIdx() ? index + 1.0 : 1;
      options =
          AttentionOptions.CAUSAL
              .withScale((float) (scale / layer))
              .withDropout((float) config.attnPdrop(), Dropout.site(p.at("attn_dropout").path()));
    }

    /** {@code residual + attention(x)}, [tokens, H]. */
    Tensor forward(Tensor x, Tensor residual, Packed batch, KeyValueCache cache) {
      return dropout.isActive()
          ? F.add(
              watch(x, in -> dropout.forward(output.forward(seen(in, batch, cache)), batch)),
              residual)
          : watch(x, in -> seen(in, batch, cache), output, residual);
    }

    private Tensor seen(Tensor x, Packed batch, KeyValueCache cache) {
      int hidden = x.dim(1);
      Tensor all = queryKeyValue.forward(x).view(-1, 3 * heads, hidden / heads);
      Tensor q = all.slice(1, 0, heads); // [tokens, N, D]
      Tensor k = all.slice(1, heads, 2 * heads); // [tokens, N, D]
      Tensor v = all.slice(1, 2 * heads, 3 * heads); // [tokens, N, D]
      return cache.attend(path(), index, q, k, v, batch, options).view(-1, hidden);
    }
  }

  private static final class Mlp extends Module {
    private final Conv1D up;
    private final Conv1D down;
    private final Dropout dropout;
    private final Activation activation;

    Mlp(Gpt2Config config, Params p) {
      super(p);
      up = new Conv1D(config.nEmbd(), config.nInner(), p.at("c_fc"));
      down = new Conv1D(config.nInner(), config.nEmbd(), p.at("c_proj"));
      dropout = new Dropout(config.residPdrop(), p.at("dropout"));
      activation = Activations.named("activation_function", config.activationFunction());
    }

    /** {@code residual + mlp(x)}, [tokens, H]. */
    Tensor forward(Tensor x, Tensor residual, Packed batch) {
      return dropout.isActive()
          ? F.add(
              watch(x, in -> dropout.forward(down.forward(up.forward(in, activation)), batch)),
              residual)
          : watch(x, in -> up.forward(in, activation), down, residual);
    }
  }
}
