package dev.weft.models;

import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;

/**
 * {@code out_proj(dropout(tanh(dense(dropout(h_0)))))} of each sequence's first token, [tokens, H]
 * to [sequences, labels]: the classification head of RoBERTa and its relatives.
 */
public final class FirstTokenHead implements Head.Layers {
  private final Dropout dropout;
  private final Linear dense;
  private final Linear out;

  /** The layers {@code dense}, {@code dropout} and {@code out_proj} of the scope. */
  public FirstTokenHead(int hidden, HeadConfig config, Params p) {
    dropout = new Dropout(config.classifierDropout(), p.at("dropout"));
    dense = new Linear(hidden, hidden, p.at("dense"));
    out = new Linear(hidden, config.labels(), p.at("out_proj"));
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    Tensor first = F.indexSelect(hidden, batch.firstRows()); // [sequences, H]
    Tensor read = dense.forward(dropout.forwardPooled(first, batch), Activation.TANH);
    return out.forward(dropout.forwardPooled(read, batch));
  }
}
