package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is shown of an attention is what it computes with. */
class AttentionProbabilitiesTest {
  private static final int D = 4;

  @Property(tries = 150, seed = "2026")
  void timesValuesTheyAreTheFusedResult(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int queries,
      @ForAll @IntRange(max = 5) int more,
      @ForAll @IntRange(min = 1, max = 2) int group,
      @ForAll boolean causal,
      @ForAll boolean windowed,
      @ForAll boolean capped,
      @ForAll boolean biased,
      @ForAll boolean holes) {
    Random random = new Random(seed);
    int keys = queries + more;
    int keyHeads = 2;
    int heads = keyHeads * group;
    Tensor q = draw(random, queries, heads, D);
    Tensor k = draw(random, keys, keyHeads, D);
    Tensor v = draw(random, keys, keyHeads, D);
    AttentionOptions options = causal ? AttentionOptions.CAUSAL : AttentionOptions.NONE;
    options = windowed ? options.withWindow(random.nextInt(4), random.nextInt(4)) : options;
    options = capped ? options.withSoftcap(2) : options;
    options = biased ? options.withRelative(draw(random, heads, 7), random.nextInt(7)) : options;
    Segments segments =
        new Segments(
            new int[] {0}, new int[] {queries}, new int[] {0}, new int[] {keys}, new int[] {0});
    if (holes) {
      int[] keyPlace = new int[keys];
      for (int j = 0, place = 0; j < keys; j++) {
        place += 1 + random.nextInt(2);
        keyPlace[j] = place;
      }
      int[] queryPlace = new int[queries];
      System.arraycopy(keyPlace, more, queryPlace, 0, queries);
      segments = segments.withPlaces(queryPlace, keyPlace);
    }
    float[] fused = F.attention(q, k, v, segments, options).toFloats();
    Tensor shown = AttentionProbabilities.of(q, k, segments, 0, options); // [N, queries, keys]
    for (int n = 0; n < heads; n++) {
      float[] product = F.matmul(shown.select(0, n), v.select(1, n / group)).toFloats();
      for (int i = 0; i < queries; i++) {
        for (int d = 0; d < D; d++) {
          assertThat(Math.abs(product[i * D + d] - fused[(i * heads + n) * D + d]))
              .isLessThan(1e-5f);
        }
      }
    }
  }

  /** As a padding token at the edge of a row whose window ends before the first token. */
  @Test
  void aQueryThatSeesNoKeyHasOnlyZeros() {
    Random random = new Random(1);
    Tensor q = draw(random, 2, 1, D);
    Tensor k = draw(random, 2, 1, D);
    Segments segments =
        new Segments(new int[] {0}, new int[] {2}, new int[] {0}, new int[] {2}, new int[] {0})
            .withPlaces(new int[] {0, 9}, new int[] {8, 9});
    AttentionOptions options = AttentionOptions.NONE.withWindow(3, 3);
    assertThat(F.attention(q, k, k, segments, options).select(0, 0).toFloats()).containsOnly(0);
    float[] shown = AttentionProbabilities.of(q, k, segments, 0, options).toFloats();
    assertThat(shown[0]).isZero();
    assertThat(shown[1]).isZero();
    assertThat(shown[2] + shown[3]).isCloseTo(1, within(1e-6f));
  }

  private static Tensor draw(Random random, int... shape) {
    int size = 1;
    for (int dim : shape) {
      size *= dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}
