package dev.weft.models.mpnet;

import dev.weft.nn.Embedding;
import dev.weft.nn.Params;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;

/**
 * The bias on attention scores by distance: buckets of T5 (Raffel et al. 2020), of one place each
 * up to 8 and growing up to 128, for keys before and after the query apart. A weight a bucket and
 * head, [buckets, N].
 */
final class RelativeBias {
  /** What transformers' model computes buckets for, whatever the config says. */
  static final int BUCKETS = 32;

  private static final int MAX_DISTANCE = 128;

  private final Embedding weight;

  /** {@code buckets} is at least {@value #BUCKETS}; those beyond are never used. */
  RelativeBias(int buckets, int heads, Params p) {
    weight = new Embedding(buckets, heads, p);
  }

  /** Attention with this bias. Beyond the largest distance the bucket is that of the largest. */
  AttentionOptions options() {
    long[] buckets = new long[2 * MAX_DISTANCE + 1];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = bucket(i - MAX_DISTANCE);
    }
    Tensor byDistance = weight.forward(Tensor.of(buckets, buckets.length)); // [R, N]
    Tensor table = byDistance.transpose(0, 1).contiguous(); // [N, R]
    return AttentionOptions.NONE.withRelative(table, MAX_DISTANCE);
  }

  /** Bucket of a key {@code distance} places after its query. */
  static int bucket(int distance) {
    int half = BUCKETS / 2;
    int exact = half / 2;
    int side = distance > 0 ? half : 0;
    int n = Math.abs(distance);
    if (n < exact) {
      return side + n;
    }
    // In f32 as the reference computes it, because the logarithm is cut to a whole number.
    float grown =
        (float) StrictMath.log((float) n / exact)
            / (float) StrictMath.log((double) MAX_DISTANCE / exact)
            * (half - exact);
    return side + Math.min(exact + (int) grown, half - 1);
  }
}
