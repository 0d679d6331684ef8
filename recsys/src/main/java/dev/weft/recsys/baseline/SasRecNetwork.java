package dev.weft.recsys.baseline;

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
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.ArrayList;
import java.util.List;

/**
 * SASRec (Kang and McAuley 2018) as RecBole implements it, parameters under RecBole's names: causal
 * post-norm layers over item and position embeddings, the items' table tied to the output. Unlike
 * there the table has no row for padding: batches are packed.
 */
final class SasRecNetwork extends Module {
  private static final double EPS = 1e-12;

  private final Embedding items;
  private final Embedding positions;
  private final LayerNorm norm;
  private final Dropout dropout;
  private final List<Layer> layers = new ArrayList<>();

  SasRecNetwork(SasRecConfig config, int itemCount, Params p) {
    super(p);
    int hidden = config.hiddenSize();
    items = new Embedding(itemCount, hidden, p.at("item_embedding"));
    positions = new Embedding(config.maxLength(), hidden, p.at("position_embedding"));
    norm = new LayerNorm(hidden, EPS, p.at("LayerNorm"));
    dropout = new Dropout(config.hiddenDropout(), p.at("dropout"));
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new Layer(config, p.at("trm_encoder").at("layer").at(i)));
    }
  }

  /** Hidden states of the last layer, [tokens, H]. */
  Tensor forward(Packed batch) {
    return states(batch).getLast();
  }

  /** The input of the first layer and the output of every one, each [tokens, H]. */
  List<Tensor> states(Packed batch) {
    List<Tensor> states = new ArrayList<>();
    states.add(Workspace.frame(() -> embed(batch)));
    for (Layer layer : layers) {
      Tensor x = states.getLast();
      states.add(Workspace.frame(() -> layer.forward(x, batch)));
    }
    return states;
  }

  /** Scores of all items, states [rows, H] to [rows, I]. */
  Tensor logits(Tensor states) {
    return F.linear(states, items.weight().tensor());
  }

  private Tensor embed(Packed batch) {
    Tensor sum = F.add(items.forward(batch.ids()), positions.forward(batch.positions()));
    return dropout.forward(norm.forward(sum), batch); // [tokens, H]
  }

  private static final class Layer extends Module {
    private final MultiHeadAttention attention;
    private final Linear dense;
    private final LayerNorm attentionNorm;
    private final Linear dense1;
    private final Linear dense2;
    private final LayerNorm feedNorm;
    private final Dropout attentionDropout;
    private final Dropout feedDropout;

    Layer(SasRecConfig config, Params p) {
      super(p);
      int hidden = config.hiddenSize();
      Params at = p.at("multi_head_attention");
      Linear query = new Linear(hidden, hidden, at.at("query"));
      Linear key = new Linear(hidden, hidden, at.at("key"));
      Linear value = new Linear(hidden, hidden, at.at("value"));
      AttentionOptions options =
          AttentionOptions.CAUSAL.withDropout(
              (float) config.attentionDropout(), Dropout.site(at.at("attn_dropout").path()));
      attention = new MultiHeadAttention(p.path(), query, key, value, config.heads(), options);
      dense = new Linear(hidden, hidden, at.at("dense"));
      attentionDropout = new Dropout(config.hiddenDropout(), at.at("out_dropout"));
      attentionNorm = new LayerNorm(hidden, EPS, at.at("LayerNorm"));
      Params feed = p.at("feed_forward");
      dense1 = new Linear(hidden, config.innerSize(), feed.at("dense_1"));
      dense2 = new Linear(config.innerSize(), hidden, feed.at("dense_2"));
      feedDropout = new Dropout(config.hiddenDropout(), feed.at("dropout"));
      feedNorm = new LayerNorm(hidden, EPS, feed.at("LayerNorm"));
    }

    /** [tokens, H] to [tokens, H]. */
    Tensor forward(Tensor x, Packed batch) {
      Tensor a = dense.forward(attention.forward(x, batch.segments()));
      Tensor y = attentionNorm.forward(F.add(attentionDropout.forward(a, batch), x));
      Tensor f = dense2.forward(dense1.forward(y, Activation.GELU)); // [tokens, inner] between
      return feedNorm.forward(F.add(feedDropout.forward(f, batch), y));
    }
  }
}
