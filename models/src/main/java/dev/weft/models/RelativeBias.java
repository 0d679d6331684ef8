package dev.weft.models;

import dev.weft.nn.Embedding;
import dev.weft.nn.Params;
import dev.weft.tensor.F.AttentionOptions.Relative;
import dev.weft.tensor.Tensor;

/**
 * A learned bias on attention scores for every bucket of distances between key and query (Raffel et
 * al. 2020, section 2.1). Attention takes it as a table over distances; as the farthest bucket has
 * no end, distances beyond the table count as its last.
 */
public final class RelativeBias {
  /**
   * Which distances share a bucket. Near ones have a bucket each; farther ones share buckets that
   * widen with the logarithm of the distance, up to one for all from {@code maxDistance} on.
   *
   * @param count number of buckets
   * @param ahead whether queries see keys after them: then half of the buckets is for those, else
   *     all are for the keys before
   */
  public record Buckets(int count, int maxDistance, boolean ahead) {
    /** Tables have so many columns on either side at most. */
    private static final int LONGEST = 1 << 20;

    /** Refuses buckets among which no distance has one of its own, or that do not widen. */
    public Buckets {
      if (count < 4) {
        throw new IllegalArgumentException(
            "relative_attention_num_buckets " + count + " is less than 4");
      }
      if (maxDistance <= count / 2 || maxDistance > LONGEST) {
        throw new IllegalArgumentException(
            "relative_attention_max_distance "
                + maxDistance
                + " is not above "
                + count / 2
                + ", half of relative_attention_num_buckets, and at most "
                + LONGEST);
      }
    }

    /** The bucket of a key {@code distance} places after its query. */
    public int of(int distance) {
      int side = ahead ? count / 2 : count;
      int first = ahead && distance > 0 ? side : 0;
      int away = ahead ? Math.abs(distance) : Math.max(-distance, 0);
      int exact = side / 2;
      if (away < exact) {
        return first + away;
      }
      // In f32 as the reference, because the logarithm is cut to a whole number.
      float grown =
          (float) StrictMath.log((float) away / exact)
              / (float) StrictMath.log((double) maxDistance / exact)
              * (side - exact);
      return first + Math.min(exact + (int) grown, side - 1);
    }
  }

  private final Embedding weight;
  private final Tensor buckets;
  private final int zero;

  /** {@code rows} weights a head, [rows, N], of which those beyond the buckets are never used. */
  public RelativeBias(int rows, int heads, Buckets buckets, Params p) {
    weight = new Embedding(rows, heads, p);
    zero = buckets.maxDistance;
    int[] ofDistance = new int[(buckets.ahead ? 2 * zero : zero) + 1];
    for (int i = 0; i < ofDistance.length; i++) {
      ofDistance[i] = buckets.of(i - zero);
    }
    this.buckets = Tensor.of(ofDistance, ofDistance.length).keep();
  }

  /** The bias by distance, [N, R]; gradients pass to the weights. */
  public Relative table() {
    Tensor byDistance = weight.forward(buckets); // [R, N]
    return new Relative(byDistance.transpose(0, 1).contiguous(), zero);
  }
}
