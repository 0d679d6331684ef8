package dev.weft.models.bart;

import dev.weft.nn.Dropout;
import dev.weft.nn.Embedding;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;

/** {@code dropout(norm(scale * token + position))}, the beginning of either stack. */
final class BartEmbeddings {
  /** The table of positions begins with two rows that no position has. */
  private static final int OFFSET = 2;

  private final Embedding tokens;
  private final Embedding positions;
  private final LayerNorm norm;
  private final Dropout dropout;
  private final float scale;

  /** The layers of the stack in the scope {@code p} over its token vectors. */
  BartEmbeddings(BartConfig config, Embedding tokens, Params p) {
    int hidden = config.dModel();
    this.tokens = tokens;
    positions =
        new Embedding(config.maxPositionEmbeddings() + OFFSET, hidden, p.at("embed_positions"));
    norm = new LayerNorm(hidden, BartConfig.LAYER_NORM_EPS, p.at("layernorm_embedding"));
    dropout = new Dropout(config.dropout(), p.at("dropout"));
    scale = config.scaleEmbedding() ? (float) Math.sqrt(hidden) : 1;
  }

  /** Token ids of a batch to [tokens, H]. */
  Tensor forward(Packed batch) {
    Tensor token = tokens.forward(batch.ids()); // [tokens, H]
    Tensor scaled = scale == 1 ? token : F.mul(token, scale); // [tokens, H]
    long[] rows = batch.positions().toLongs();
    for (int i = 0; i < rows.length; i++) {
      rows[i] += OFFSET;
    }
    Tensor placed = F.add(scaled, positions.forward(Tensor.of(rows, rows.length))); // [tokens, H]
    return dropout.forward(norm.forward(placed), batch);
  }
}
