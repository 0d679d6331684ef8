package dev.weft.bench.suite;

import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A BERT's hidden states written out in operations on its weights: no modules, and so nothing that
 * asks for a probe, an adapter or a dropout. The operations, and with them the bits, are those of
 * the model.
 */
final class PlainBert {
  private final BertConfig config;
  private final Map<String, Tensor> weights = new HashMap<>();

  PlainBert(Bert model) {
    config = model.config();
    for (Parameter parameter : model.parameters()) {
      weights.put(parameter.name(), parameter.tensor());
    }
  }

  /** [tokens] to [tokens, H]. */
  Tensor forward(Packed batch) {
    Tensor x = Workspace.frame(() -> embed(batch)); // [tokens, H]
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      String layer = "encoder.layer." + i + ".";
      Tensor input = x;
      x = Workspace.frame(() -> layer(layer, input, batch)); // [tokens, H]
    }
    return x;
  }

  private Tensor embed(Packed batch) {
    Tensor words = F.embedding(batch.ids(), weight("embeddings.word_embeddings.weight"));
    Tensor types = F.embedding(batch.types(), weight("embeddings.token_type_embeddings.weight"));
    Tensor typed = F.add(words, types); // [tokens, H]
    Tensor places = F.embedding(batch.positions(), weight("embeddings.position_embeddings.weight"));
    return norm("embeddings.LayerNorm", F.add(typed, places));
  }

  private Tensor layer(String layer, Tensor x, Packed batch) {
    String self = layer + "attention.self.";
    int heads = config.numAttentionHeads();
    int d = config.hiddenSize() / heads;
    Tensor q =
        linear(self + "query", x, Activation.NONE, null).view(-1, heads, d); // [tokens, N, D]
    Tensor k = linear(self + "key", x, Activation.NONE, null).view(-1, heads, d);
    Tensor v = linear(self + "value", x, Activation.NONE, null).view(-1, heads, d);
    Tensor seen = F.attention(q, k, v, batch.segments(), AttentionOptions.NONE);
    Tensor flat = seen.view(-1, config.hiddenSize()); // [tokens, H]
    String out = layer + "attention.output.";
    Tensor middle = norm(out + "LayerNorm", linear(out + "dense", flat, Activation.NONE, x));
    Tensor wide = linear(layer + "intermediate.dense", middle, Activation.GELU, null);
    return norm(
        layer + "output.LayerNorm",
        linear(layer + "output.dense", wide, Activation.NONE, middle)); // [tokens, H]
  }

  private Tensor linear(String name, Tensor x, Activation activation, @Nullable Tensor residual) {
    return F.linear(
        x, weight(name + ".weight"), weight(name + ".bias"), activation, null, residual);
  }

  private Tensor norm(String name, Tensor x) {
    return F.layerNorm(
        x, weight(name + ".weight"), weight(name + ".bias"), (float) config.layerNormEps());
  }

  private Tensor weight(String name) {
    Tensor weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("the model has no parameter \"" + name + "\"");
    }
    return weight;
  }
}
