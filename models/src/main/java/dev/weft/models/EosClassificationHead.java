package dev.weft.models;

import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;

/**
 * {@code out_proj(dropout(tanh(dense(dropout(h)))))} of the decoder's state at the last end of text
 * of each sequence, [tokens, H] to [sequences, labels]. The decoder reads what the encoder reads,
 * one place later, so that the row of a token is that of its place in what the encoder reads.
 */
public final class EosClassificationHead implements Head.Layers {
  private final int eos;
  private final Dropout dropout;
  private final Linear dense;
  private final Dropout second;
  private final Linear output;

  /** The layers below {@code p}; {@code eos} is the token that ends a text. */
  public EosClassificationHead(int hidden, int eos, HeadConfig config, Params p) {
    this.eos = eos;
    dropout = new Dropout(config.classifierDropout(), p.at("dropout"));
    dense = new Linear(hidden, hidden, p.at("dense"));
    // To transformers this is the first dropout once more; masks here go by path.
    second = new Dropout(config.classifierDropout(), p.at("dropout").at("second"));
    output = new Linear(hidden, config.labels(), p.at("out_proj"));
  }

  /**
   * The classes.
   *
   * @param hidden the decoder's last states
   * @param read what the encoder reads, padding included: as many tokens as there are states
   * @throws IllegalArgumentException where a sequence does not end
   */
  @Override
  public Tensor logits(Tensor hidden, Packed read) {
    Tensor ends = F.indexSelect(hidden, Tensor.of(ends(read), read.sequences())); // [sequences, H]
    Tensor inner = dense.forward(dropout.forwardPooled(ends, read), Activation.TANH);
    return output.forward(second.forwardPooled(inner, read));
  }

  private int[] ends(Packed read) {
    long[] ids = read.ids().toLongs();
    int[] rows = new int[read.sequences()];
    for (int s = 0; s < rows.length; s++) {
      int row = read.start(s) + read.length(s) - 1;
      while (row >= read.start(s) && ids[row] != eos) {
        row--;
      }
      if (row < read.start(s)) {
        throw new IllegalArgumentException(
            "input_ids: row " + s + " has no eos_token_id " + eos + ", whose state is classified");
      }
      rows[s] = row;
    }
    return rows;
  }
}
