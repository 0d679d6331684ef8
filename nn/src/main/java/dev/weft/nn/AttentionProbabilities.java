package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The probabilities that {@link F#attention} streams over and never stores: computed again in full
 * to be shown.
 */
final class AttentionProbabilities {
  private AttentionProbabilities() {}

  /**
   * Those of sequence {@code s}: softmax of its masked scores, [N, queries, keys]. A query that may
   * see no key has only zeros, as attention gives it zeros.
   *
   * @param q [rows, N, D]
   * @param k [rows, K, D]
   */
  static Tensor of(Tensor q, Tensor k, Segments segments, int s, AttentionOptions options) {
    int queries = segments.queryLength()[s];
    int keys = segments.keyLength()[s];
    int heads = q.dim(1);
    int group = heads / k.dim(1);
    float scale = options.scale() == 0 ? (float) (1 / Math.sqrt(q.dim(-1))) : options.scale();
    Tensor rows = q.slice(0, segments.queryStart()[s], segments.queryStart()[s] + queries);
    Tensor seen = k.slice(0, segments.keyStart()[s], segments.keyStart()[s] + keys);
    float[] scores = new float[heads * queries * keys];
    for (int n = 0; n < heads; n++) {
      Tensor product = F.matmul(rows.select(1, n), seen.select(1, n / group).transpose(0, 1));
      Tensor scaled = F.mul(product, scale); // [queries, keys]
      Tensor capped =
          options.softcap() == 0
              ? scaled
              : F.mul(F.tanh(F.mul(scaled, 1 / options.softcap())), options.softcap());
      System.arraycopy(capped.toFloats(), 0, scores, n * queries * keys, queries * keys);
    }
    boolean[] blind = mask(scores, heads, segments, s, options);
    Tensor probabilities = F.softmax(Tensor.of(scores, heads, queries, keys), -1);
    for (boolean query : blind) {
      if (query) {
        return Tensor.of(zeroed(probabilities.toFloats(), blind, keys), heads, queries, keys);
      }
    }
    return probabilities;
  }

  private static float[] zeroed(float[] probabilities, boolean[] blind, int keys) {
    for (int i = 0; i < probabilities.length; i++) {
      if (blind[i / keys % blind.length]) {
        probabilities[i] = 0;
      }
    }
    return probabilities;
  }

  /** Gives for every query whether it may see no key. */
  private static boolean[] mask(
      float[] scores, int heads, Segments segments, int s, AttentionOptions options) {
    int queries = segments.queryLength()[s];
    int keys = segments.keyLength()[s];
    AttentionOptions.@Nullable Relative relative = options.relative();
    float[] table = relative == null ? new float[0] : relative.table().toFloats();
    boolean[] blind = new boolean[queries];
    Arrays.fill(blind, true);
    for (int i = 0; i < queries; i++) {
      for (int j = 0; j < keys; j++) {
        int distance = segments.keyPlace(s, j) - segments.queryPlace(s, i);
        boolean visible =
            (!options.causal() || distance <= 0)
                && -(long) distance <= options.window().before()
                && distance <= options.window().after();
        blind[i] &= !visible;
        for (int n = 0; n < heads; n++) {
          int at = (n * queries + i) * keys + j;
          if (!visible) {
            scores[at] = Float.NEGATIVE_INFINITY;
          } else if (relative != null) {
            int width = relative.table().dim(1);
            int column = Math.clamp((long) distance + relative.zero(), 0, width - 1);
            scores[at] += table[n * width + column];
          }
        }
      }
    }
    return blind;
  }
}
