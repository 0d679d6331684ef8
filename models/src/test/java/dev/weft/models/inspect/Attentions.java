package dev.weft.models.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.models.PaddedBatch;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;

/** Compares what is shown of an attention with the reference and with the fused result. */
final class Attentions {
  private Attentions() {}

  /** Probabilities are those of transformers, {@code expected} [B, N, T, S], at all tokens. */
  static void assertEqual(
      Site.Attention attention, Tensor expected, PaddedBatch queries, PaddedBatch keys) {
    float[] reference = expected.toFloats();
    int[] queryColumns = queries.packed().columns();
    int[] keyColumns = keys.packed().columns();
    for (int s = 0; s < attention.bySequence().size(); s++) {
      Tensor shown = attention.bySequence().get(s); // [N, T', S']
      float[] values = shown.toFloats();
      int start = queries.packed().start(s);
      int keyStart = keys.packed().start(s) + keys.packed().onlookers(s);
      int end = shown.dim(1) - (queries.packed().endsWithOnlooker(s) ? 1 : 0);
      for (int n = 0; n < shown.dim(0); n++) {
        for (int t = queries.packed().onlookers(s); t < end; t++) {
          for (int j = 0; j < shown.dim(2); j++) {
            int row = (queries.row(s) * expected.dim(1) + n) * expected.dim(2);
            int at = (row + queryColumns[start + t]) * expected.dim(3) + keyColumns[keyStart + j];
            assertThat(values[(n * shown.dim(1) + t) * shown.dim(2) + j])
                .as("%s, sequence %d, head %d, [%d, %d]", attention.path(), s, n, t, j)
                .isCloseTo(reference[at], within(1e-5f));
          }
        }
      }
    }
  }

  /** Probabilities times values [keys, K, D] are what the heads of the fused kernel gave. */
  static void assertFused(
      Site.Attention attention, Tensor values, PaddedBatch queries, PaddedBatch keys) {
    int heads = attention.heads().dim(1);
    int group = heads / values.dim(1);
    for (int s = 0; s < attention.bySequence().size(); s++) {
      Tensor shown = attention.bySequence().get(s); // [N, T', S']
      int start = queries.packed().start(s);
      int keyStart = keys.packed().start(s) + keys.packed().onlookers(s);
      Tensor seen = values.slice(0, keyStart, keyStart + shown.dim(2)); // [S', K, D]
      Tensor fused = attention.heads().slice(0, start, start + shown.dim(1)); // [T', N, D]
      for (int n = 0; n < heads; n++) {
        Tensor product = F.matmul(shown.select(0, n), seen.select(1, n / group)); // [T', D]
        float[] got = product.toFloats();
        float[] expected = fused.select(1, n).toFloats();
        double scale = 1;
        for (float value : expected) {
          scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < got.length; i++) {
          assertThat(Math.abs(got[i] - expected[i]) / scale)
              .as("%s, sequence %d, head %d", attention.path(), s, n)
              .isLessThan(1e-5);
        }
      }
    }
  }

  /** The values [keys, K, D] that an attention read, out of the projection that made them. */
  static Tensor values(Trace trace, Site.Attention attention) {
    String path = attention.path() + ".";
    int n = attention.heads().dim(1);
    int d = attention.heads().dim(2);
    for (String name : new String[] {"value", "v_proj", "v_lin", "v"}) {
      if (trace.modules().containsKey(path + name)) {
        return trace
            .at(path + name)
            .output()
            .view(-1, trace.at(path + name).output().dim(1) / d, d);
      }
    }
    if (trace.modules().containsKey(path + "c_attn")) {
      return trace.at(path + "c_attn").output().view(-1, 3 * n, d).slice(1, 2 * n, 3 * n);
    }
    if (trace.modules().containsKey(path + "Wqkv")) {
      return trace.at(path + "Wqkv").output().view(-1, 3, n, d).select(1, 2);
    }
    Tensor all = trace.at(path + "query_key_value").output();
    return all.view(-1, n, 3 * d).slice(2, 2 * d, 3 * d);
  }
}
