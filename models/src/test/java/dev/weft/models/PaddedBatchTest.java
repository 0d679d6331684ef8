package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PaddedBatchTest {
  private static final Bert BERT =
      Bert.random(new BertConfig(20, 8, 1, 2, 8, "gelu", 0, 0, 16, 2, 0.2, 1e-12), 3);

  private static PaddedBatch batch(long[] ids, long[] mask, int rows) {
    int width = ids.length / rows;
    return PaddedBatch.of(
        BERT, PaddedInputs.of(Tensor.of(ids, rows, width)).withMask(Tensor.of(mask, rows, width)));
  }

  @Test
  void positionsAreThoseOfThePaddedRow() {
    PaddedBatch batch = batch(new long[] {5, 6, 7, 8, 9, 3}, new long[] {1, 0, 1, 0, 0, 1}, 2);
    assertThat(batch.packed().ids().toLongs()).containsExactly(5, 7, 8, 3);
    assertThat(batch.packed().positions().toLongs()).containsExactly(0, 2, 0, 2);
    assertThat(batch.packed().columns()).containsExactly(0, 2, 0, 2);
    // BERT's pooler looks at column 0, padding or not.
    assertThat(batch.packed().onlookers(0)).isZero();
    assertThat(batch.packed().onlookers(1)).isOne();
  }

  @Test
  void aRowWithoutTokensIsLeftOut() {
    PaddedBatch batch = batch(new long[] {5, 6, 7, 8}, new long[] {0, 0, 1, 1}, 2);
    assertThat(batch.packed().sequences()).isOne();
    assertThat(batch.row(0)).isOne();
    assertThat(batch.padSequences(Tensor.of(new float[] {2, 3}, 1, 2)).toFloats())
        .containsExactly(0, 0, 2, 3);
  }

  @Property(tries = 100, seed = "2026")
  void whatIsPackedComesBackWhereItWas(
      @ForAll @Size(12) boolean[] tokens, @ForAll @IntRange(min = 1, max = 3) int rows) {
    long[] mask = new long[12];
    for (int i = 0; i < 12; i++) {
      mask[i] = tokens[i] || i == 11 ? 1 : 0;
    }
    PaddedBatch batch = batch(new long[12], mask, rows);
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    Tensor packed = batch.pack(Tensor.of(values, rows, 12 / rows, 2));
    assertThat(packed.dim(0)).isEqualTo(batch.packed().tokens());
    float[] expected = values.clone();
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= mask[i / 2];
    }
    assertThat(batch.pad(packed).toFloats()).isEqualTo(expected);
    assertThat(Arrays.stream(batch.packed().columns()).max().orElseThrow()).isLessThan(12 / rows);
  }
}
