package dev.weft.tensor.kernel;

import dev.weft.tensor.kernel.KernelCall.AttentionSpec;

/**
 * Defines {@link KernelCall.Attention} and {@link KernelCall.AttentionGrad} to the bit.
 *
 * <p>Each (query, head) is computed from its own sequence alone, so packing changes nothing:
 *
 * <ul>
 *   <li>A score is one chain of fma over d from 0, times scale, plus the bias where there is one.
 *   <li>Keys stream in blocks of {@link #BLOCK}, and stop at the last one the query may see. With m
 *       the greatest score so far (a NaN never is) and m' that with this block, the sum l and the
 *       outputs o are multiplied by {@code exp(m - m')}; then for each key in order {@code p =
 *       exp(s - m')}, {@code l = l + p} and {@code o[d] = fma(p, v[d], o[d])}, where p is 0 if
 *       dropped. While m' is minus infinity, 0 is subtracted in its place.
 *   <li>{@code out[d] = o[d] * (1 / l)}, with {@code 1 / (1 - dropout)} over l where there is
 *       dropout, and {@code logSumExp = m + log(l)}; 0 and minus infinity where l is 0.
 *   <li>Backward takes {@code p = exp(s - logSumExp)}, dP and delta ({@code sum of dout * out})
 *       each as one chain of fma over d, and {@code dS = p * (dP - delta)}, where a dropped dP is 0
 *       and a kept one is multiplied by {@code 1 / (1 - dropout)}, as p is for dV.
 *   <li>dQ is a chain over the keys seen, dK and dV are chains over the queries that see the key,
 *       head after head of the group; dQ and dK are then multiplied by scale.
 * </ul>
 */
public final class ScalarAttention {
  /** Keys between two rescalings; a multiple of 4, and part of the definition. */
  public static final int BLOCK = 128;

  /** Below it a weight is 0: exp of it is some 1e-35 of the greatest weight. */
  public static final float NEGLIGIBLE = -80f;

  private ScalarAttention() {}

  private static float weight(float x) {
    return x < NEGLIGIBLE ? 0f : FloatMath.exp(x);
  }

  /** Runs the call. */
  public static void run(KernelCall.Attention call) {
    AttentionSpec spec = call.spec();
    Segments segments = call.segments();
    AttentionShapes.check(call);
    long rows = segments.queries();
    long row = 0;
    for (int s = 0; s < segments.count(); s++) {
      for (int h = 0; h < spec.heads(); h++) {
        Head head = new Head(call.q(), call.k(), call.v(), segments, spec, s, h);
        for (int i = 0; i < segments.queryLength()[s]; i++) {
          forward(call, head, i, h * rows + row + i);
        }
      }
      row += segments.queryLength()[s];
    }
  }

  private static void forward(KernelCall.Attention call, Head head, int i, long lseIndex) {
    AttentionSpec spec = call.spec();
    float[] o = new float[spec.headDim()];
    float[] p = new float[BLOCK];
    float m = Float.NEGATIVE_INFINITY;
    float l = 0;
    int limit = head.limit(i);
    for (int begin = 0; begin < limit; begin += BLOCK) {
      int length = Math.min(BLOCK, limit - begin);
      float greatest = m;
      for (int j = 0; j < length; j++) {
        p[j] = head.score(i, begin + j);
        greatest = p[j] > greatest ? p[j] : greatest;
      }
      float shift = greatest == Float.NEGATIVE_INFINITY ? 0f : greatest;
      float rescale = weight(m - shift);
      m = greatest;
      l *= rescale;
      for (int j = 0; j < length; j++) {
        p[j] = weight(p[j] - shift);
        l += p[j];
        p[j] = head.keeps(i, begin + j) ? p[j] : 0f;
      }
      for (int d = 0; d < o.length; d++) {
        o[d] *= rescale;
        for (int j = 0; j < length; j++) {
          o[d] = Math.fma(p[j], head.v(begin + j, d), o[d]);
        }
      }
    }
    float inverse = head.keepScale / l;
    for (int d = 0; d < o.length; d++) {
      float value = l == 0f ? 0f : o[d] * inverse;
      ScalarGemm.store(call.out().buf(), head.query(call.out(), i, d), value);
    }
    float logSumExp = l == 0f ? Float.NEGATIVE_INFINITY : m + FloatMath.log(l);
    ScalarGemm.store(call.logSumExp(), lseIndex, logSumExp);
  }

  /** Runs the call. */
  public static void runGrad(KernelCall.AttentionGrad call) {
    AttentionSpec spec = call.spec();
    Segments segments = call.segments();
    AttentionShapes.check(call);
    int group = spec.heads() / spec.keyValueHeads();
    long rows = segments.queries();
    long row = 0;
    for (int s = 0; s < segments.count(); s++) {
      int keys = segments.keyLength()[s];
      for (int kv = 0; kv < spec.keyValueHeads(); kv++) {
        float[][] dk = new float[keys][spec.headDim()];
        float[][] dv = new float[keys][spec.headDim()];
        for (int h = kv * group; h < (kv + 1) * group; h++) {
          Head head = new Head(call.q(), call.k(), call.v(), segments, spec, s, h);
          for (int i = 0; i < segments.queryLength()[s]; i++) {
            backward(call, head, i, h * rows + row + i, dk, dv);
          }
        }
        for (int j = 0; j < keys; j++) {
          for (int d = 0; d < spec.headDim(); d++) {
            long at = (segments.keyStart()[s] + (long) j) * call.dk().rowStride() + d;
            ScalarGemm.store(
                call.dk().buf(), at + kv * call.dk().headStride(), dk[j][d] * spec.scale());
            at = (segments.keyStart()[s] + (long) j) * call.dv().rowStride() + d;
            ScalarGemm.store(call.dv().buf(), at + kv * call.dv().headStride(), dv[j][d]);
          }
        }
      }
      row += segments.queryLength()[s];
    }
  }

  private static void backward(
      KernelCall.AttentionGrad call, Head head, int i, long lseIndex, float[][] dk, float[][] dv) {
    AttentionSpec spec = call.spec();
    int dim = spec.headDim();
    float lse = ScalarGemm.load(call.logSumExp(), lseIndex);
    float shift = lse == Float.NEGATIVE_INFINITY ? 0f : lse;
    float[] dout = new float[dim];
    float[] dq = new float[dim];
    float delta = 0;
    for (int d = 0; d < dim; d++) {
      dout[d] = ScalarGemm.load(call.dout().buf(), head.query(call.dout(), i, d));
      float out = ScalarGemm.load(call.out().buf(), head.query(call.out(), i, d));
      delta = Math.fma(dout[d], out, delta);
    }
    int limit = head.limit(i);
    for (int j = 0; j < limit; j++) {
      float p = weight(head.score(i, j) - shift);
      float dp = 0;
      for (int d = 0; d < dim; d++) {
        dp = Math.fma(dout[d], head.v(j, d), dp);
      }
      float kept = p;
      if (spec.dropout() > 0) {
        boolean keeps = head.keeps(i, j);
        dp = keeps ? dp * head.keepScale : 0f;
        kept = keeps ? p * head.keepScale : 0f;
      }
      float ds = p * (dp - delta);
      for (int d = 0; d < dim; d++) {
        dq[d] = Math.fma(ds, head.k(j, d), dq[d]);
        dk[j][d] = Math.fma(ds, head.q(i, d), dk[j][d]);
        dv[j][d] = Math.fma(kept, dout[d], dv[j][d]);
      }
      dbias(call, head, i, j, ds);
    }
    for (int j = limit; j < dk.length; j++) {
      dbias(call, head, i, j, 0f);
    }
    for (int d = 0; d < dim; d++) {
      ScalarGemm.store(call.dq().buf(), head.query(call.dq(), i, d), dq[d] * spec.scale());
    }
  }

  private static void dbias(KernelCall.AttentionGrad call, Head head, int i, int j, float ds) {
    if (call.dbias().isPresent()) {
      long row = (long) head.sequence * call.spec().heads() + head.head;
      row = row * head.segments.queryLength()[head.sequence] + i;
      ScalarGemm.store(call.dbias(), row * head.segments.keyLength()[head.sequence] + j, ds);
    }
  }

  /** One head of one sequence: where its elements lie, its scores, what is hidden and dropped. */
  private static final class Head {
    final Segments segments;
    final int sequence;
    final int head;
    final float keepScale;
    private final Heads q;
    private final Heads k;
    private final Heads v;
    private final AttentionSpec spec;
    private final long threshold;
    private final int keyValueHead;
    private final int[] words = new int[4];

    Head(Heads q, Heads k, Heads v, Segments segments, AttentionSpec spec, int sequence, int head) {
      this.q = q;
      this.k = k;
      this.v = v;
      this.segments = segments;
      this.spec = spec;
      this.sequence = sequence;
      this.head = head;
      keyValueHead = head / (spec.heads() / spec.keyValueHeads());
      keepScale = spec.dropout() > 0 ? Philox.scale(spec.dropout()) : 1f;
      threshold = Philox.threshold(spec.dropout());
    }

    /** How many keys, from the first, query i may see. */
    int limit(int i) {
      int keys = segments.keyLength()[sequence];
      long seen = (long) i + keys - segments.queryLength()[sequence] + 1;
      return spec.causal() ? Math.clamp(seen, 0, keys) : keys;
    }

    long query(Heads x, int i, int d) {
      return (segments.queryStart()[sequence] + (long) i) * x.rowStride()
          + head * x.headStride()
          + d;
    }

    private float key(Heads x, int j, int d) {
      long row = segments.keyStart()[sequence] + (long) j;
      return ScalarGemm.load(x.buf(), row * x.rowStride() + keyValueHead * x.headStride() + d);
    }

    float q(int i, int d) {
      return ScalarGemm.load(q.buf(), query(q, i, d));
    }

    float k(int j, int d) {
      return key(k, j, d);
    }

    float v(int j, int d) {
      return key(v, j, d);
    }

    float score(int i, int j) {
      float sum = 0;
      for (int d = 0; d < spec.headDim(); d++) {
        sum = Math.fma(q(i, d), k(j, d), sum);
      }
      sum *= spec.scale();
      if (spec.bias().isPresent()) {
        long at =
            sequence * spec.biasSequence()
                + head * spec.biasHead()
                + i * spec.biasRow()
                + j * spec.biasCol();
        sum += ScalarGemm.load(spec.bias(), at);
      }
      return sum;
    }

    boolean keeps(int i, int j) {
      if (spec.dropout() == 0) {
        return true;
      }
      int site = spec.dropoutSite() * spec.heads() + head;
      Philox.words(spec.dropoutKey(), j / 4, i, segments.example()[sequence], site, words, 0);
      return Philox.keeps(words[j % 4], threshold);
    }
  }
}
