package dev.weft.models;

import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.OptionalInt;

/**
 * The classes of a sequence, read off its last token that is no padding: [tokens, H] to [sequences,
 * labels].
 *
 * @param score the projection, without bias
 * @param padTokenId what is no token even where the mask shows it; empty for nothing
 */
record LastTokenHead(Linear score, OptionalInt padTokenId) implements Head.Layers {
  @Override
  public OptionalInt column(long[] ids) {
    int column = ids.length - 1;
    while (padTokenId.isPresent() && column > 0 && ids[column] == padTokenId.getAsInt()) {
      column--;
    }
    return OptionalInt.of(column);
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    long[] ids = batch.ids().toLongs();
    int[] rows = new int[batch.sequences()];
    for (int s = 0; s < rows.length; s++) {
      int first = batch.start(s);
      int row = first + batch.length(s) - 1;
      while (padTokenId.isPresent() && row > first && ids[row] == padTokenId.getAsInt()) {
        row--;
      }
      rows[s] = row;
    }
    return score.forward(F.indexSelect(hidden, Tensor.of(rows, rows.length)));
  }
}
