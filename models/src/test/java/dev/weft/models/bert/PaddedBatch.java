package dev.weft.models.bert;

import dev.weft.nn.Packed;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * A padded batch of the goldens and its packed form, with the positions that transformers gives.
 */
final class PaddedBatch {
  private final boolean[] kept;
  private final Packed packed;

  PaddedBatch(Checkpoint golden, String side) throws Exception {
    Tensor ids = golden.tensor(side + "input_ids");
    long[] mask = golden.tensor(side + "attention_mask").toLongs();
    long[] allIds = ids.toLongs();
    long[] allTypes = golden.tensor(side + "token_type_ids").toLongs();
    int length = ids.dim(1);
    kept = new boolean[mask.length];
    List<int[]> sequences = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    List<Long> keptTypes = new ArrayList<>();
    for (int b = 0; b < ids.dim(0); b++) {
      List<Integer> sequence = new ArrayList<>();
      for (int t = 0; t < length; t++) {
        int at = b * length + t;
        kept[at] = mask[at] == 1;
        if (kept[at]) {
          sequence.add((int) allIds[at]);
          positions.add((long) t);
          keptTypes.add(allTypes[at]);
        }
      }
      sequences.add(sequence.stream().mapToInt(Integer::intValue).toArray());
    }
    packed =
        Packed.of(sequences)
            .withPositions(positions.stream().mapToLong(Long::longValue).toArray())
            .withTypes(keptTypes.stream().mapToLong(Long::longValue).toArray());
  }

  /** The unmasked tokens. */
  Packed packed() {
    return packed;
  }

  /** The unmasked rows of [B, T, H]. */
  float[] rows(Tensor states) {
    float[] all = states.toFloats();
    int hidden = states.dim(-1);
    float[] rows = new float[packed.tokens() * hidden];
    int row = 0;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        System.arraycopy(all, i * hidden, rows, row++ * hidden, hidden);
      }
    }
    return rows;
  }
}
