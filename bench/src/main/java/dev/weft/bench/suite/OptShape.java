package dev.weft.bench.suite;

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

/** The stack of opt-125m, from layers: learned positions, causal pre-norm blocks, ReLU. */
final class OptShape extends Module {
  private static final int HIDDEN = 768;
  private static final int INNER = 3072;
  private static final int HEADS = 12;
  private static final int LAYERS = 12;
  private static final int VOCABULARY = 50272;
  private static final int POSITIONS = 2050;

  private final Embedding tokens;
  private final Embedding positions;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;

  OptShape(Params p) {
    super(p);
    tokens = new Embedding(VOCABULARY, HIDDEN, p.at("embed_tokens"));
    positions = new Embedding(POSITIONS, HIDDEN, p.at("embed_positions"));
    for (int i = 0; i < LAYERS; i++) {
      blocks.add(new Block(p.at("layers").at(i)));
    }
    norm = new LayerNorm(HIDDEN, 1e-5, p.at("final_layer_norm"));
  }

  /** [tokens] to [tokens, H]. */
  Tensor forward(Packed batch) {
    Tensor x =
        Workspace.frame(
            () -> F.add(tokens.forward(batch.ids()), positions.forward(batch.positions())));
    for (Block block : blocks) {
      Tensor input = x;
      x = Workspace.frame(() -> block.forward(input, batch)); // [tokens, H]
    }
    return norm.forward(x);
  }

  private static final class Block extends Module {
    private final LayerNorm attentionNorm;
    private final MultiHeadAttention attention;
    private final Linear out;
    private final LayerNorm norm;
    private final Linear up;
    private final Linear down;

    Block(Params p) {
      super(p);
      attentionNorm = new LayerNorm(HIDDEN, 1e-5, p.at("self_attn_layer_norm"));
      Params self = p.at("self_attn");
      attention =
          new MultiHeadAttention(
              self.path(),
              new Linear(HIDDEN, HIDDEN, self.at("q_proj")),
              new Linear(HIDDEN, HIDDEN, self.at("k_proj")),
              new Linear(HIDDEN, HIDDEN, self.at("v_proj")),
              HEADS,
              AttentionOptions.CAUSAL);
      out = new Linear(HIDDEN, HIDDEN, self.at("out_proj"));
      norm = new LayerNorm(HIDDEN, 1e-5, p.at("final_layer_norm"));
      up = new Linear(HIDDEN, INNER, p.at("fc1"));
      down = new Linear(INNER, HIDDEN, p.at("fc2"));
    }

    Tensor forward(Tensor x, Packed batch) {
      Tensor attended = attention.forward(attentionNorm.forward(x), batch.segments());
      Tensor middle = out.forward(attended, x); // [tokens, H]
      return down.forward(up.forward(norm.forward(middle), Activation.RELU), middle);
    }
  }
}
