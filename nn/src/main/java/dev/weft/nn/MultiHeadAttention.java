package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Probe;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;

/**
 * Attention of several heads over packed sequences: {@code concat_h softmax(q_h k_h^T / sqrt(D))
 * v_h} (Vaswani et al. 2017). Families name its projections differently, so they are built by the
 * family and handed in; the output projection stays with the caller, who adds the residual to it.
 */
public final class MultiHeadAttention {
  private final String path;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final int heads;
  private final int keyValueHeads;
  private final AttentionOptions options;

  /**
   * Of {@code heads} query heads and as many key-value heads.
   *
   * @param path of the module that attends, by which a probe knows it
   */
  public MultiHeadAttention(
      String path, Linear query, Linear key, Linear value, int heads, AttentionOptions options) {
    this(path, query, key, value, heads, heads, options);
  }

  /** Grouped-query attention (Ainslie et al. 2023): key-value heads divide the query heads. */
  public MultiHeadAttention(
      String path,
      Linear query,
      Linear key,
      Linear value,
      int heads,
      int keyValueHeads,
      AttentionOptions options) {
    if (heads % keyValueHeads != 0 || query.out() % heads != 0) {
      throw new IllegalArgumentException(
          query.out() + " outputs do not divide into " + heads + " heads of " + keyValueHeads);
    }
    this.path = path;
    this.query = query;
    this.key = key;
    this.value = value;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.options = options;
  }

  /** Self-attention: x [tokens, H] to [tokens, N * D], before the output projection. */
  public Tensor forward(Tensor x, Segments segments) {
    return forward(x, x, segments);
  }

  /** Attention of x [queries, H] to memory [keys, H]; result [queries, N * D]. */
  public Tensor forward(Tensor x, Tensor memory, Segments segments) {
    int d = query.out() / heads;
    Tensor q = query.forward(x).view(-1, heads, d); // [queries, N, D]
    Tensor k = key.forward(memory).view(-1, keyValueHeads, d); // [keys, K, D]
    Tensor v = value.forward(memory).view(-1, keyValueHeads, d); // [keys, K, D]
    return attend(path, q, k, v, segments, options).view(-1, heads * d); // [queries, N * D]
  }

  /**
   * {@link F#attention} as the attention of the module at {@code path}: families whose projections
   * are of another form call it with their own q [queries, N, D], k and v [keys, K, D]. A probe
   * that watches its attention is shown the probabilities of every sequence, and then what the
   * heads give.
   */
  public static Tensor attend(
      String path, Tensor q, Tensor k, Tensor v, Segments segments, AttentionOptions options) {
    Probe probe = Run.current().probe();
    if (probe == null || !probe.watchesAttention(path)) {
      return F.attention(q, k, v, segments, options);
    }
    for (int s = 0; s < segments.count(); s++) {
      probe.attention(path, s, AttentionProbabilities.of(q, k, segments, s, options));
    }
    return probe.heads(path, F.attention(q, k, v, segments, options));
  }
}
