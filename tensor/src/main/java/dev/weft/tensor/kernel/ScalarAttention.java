package dev.weft.tensor.kernel;

import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import java.util.TreeMap;

/**
 * Defines {@link KernelCall.Attention} and {@link KernelCall.AttentionGrad} to the bit.
 *
 * <p>Each (query, head) is computed from its own sequence alone, so packing changes nothing:
 *
 * <ul>
 *   <li>A score is one chain of fma over d from 0, times scale; then {@code c * tanh(s / c)} where
 *       there is a softcap c, plus the bias, plus the bias by distance.
 *   <li>Keys stream in blocks of {@link #BLOCK}, from the first one the query may see to the last;
 *       blocks end at multiples of BLOCK, whichever key is the first. With m the greatest score so
 *       far (a NaN never is) and m' that with this block, the sum l and the outputs o are
 *       multiplied by {@code exp(m - m')}; then for each key in order {@code p = exp(s - m')},
 *       {@code l = l + p} and {@code o[d] = fma(p, v[d], o[d])}, where p is 0 if dropped. While m'
 *       is minus infinity, 0 is subtracted in its place.
 *   <li>{@code out[d] = o[d] * (1 / l)}, with {@code 1 / (1 - dropout)} over l where there is
 *       dropout, and {@code logSumExp = m + log(l)}; 0 and minus infinity where l is 0.
 *   <li>Backward takes {@code p = exp(s - logSumExp)}, dP and delta ({@code sum of dout * out})
 *       each as one chain of fma over d, and {@code dS = p * (dP - delta)}, where a dropped dP is 0
 *       and a kept one is multiplied by {@code 1 / (1 - dropout)}, as p is for dV.
 *   <li>dQ is a chain over the keys seen, dK and dV are chains over the queries that see the key,
 *       head after head of the group; dQ and dK are then multiplied by scale. They take dS times
 *       {@code 1 - tanh(s / c)^2} where there is a softcap.
 *   <li>The gradient of the bias by distance adds dS up by distance, over the queries in order;
 *       what the distances of a sequence sum to is added to their columns in ascending order, and
 *       what the columns of the sequences sum to sequence after sequence.
 * </ul>
 */
public final class ScalarAttention {
  /** Keys between two rescalings; a multiple of 4, and part of the definition. */
  public static final int BLOCK = 128;

  /** Below it a weight is 0: exp of it is some 1e-35 of the greatest weight. */
  public static final float NEGLIGIBLE = -80f;

  private ScalarAttention() {}

  /** exp, 0 under {@link #NEGLIGIBLE}. */
  public static float weight(float x) {
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
    int next;
    for (int begin = head.first(i); begin < limit; begin = next) {
      next = Math.min(limit, (begin / BLOCK + 1) * BLOCK);
      int length = next - begin;
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
    float[][] drelative = new float[spec.heads()][spec.relative().columns()];
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
          head.foldDistances(drelative[h]);
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
    if (call.drelative().isPresent()) {
      int columns = spec.relative().columns();
      for (int i = 0; i < spec.heads() * columns; i++) {
        ScalarGemm.store(call.drelative(), i, drelative[i / columns][i % columns]);
      }
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
    int first = head.first(i);
    int limit = head.limit(i);
    for (int j = first; j < limit; j++) {
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
      dbias(call, head, i, j, ds);
      head.addDistance(i, j, ds);
      if (spec.softcap() > 0) {
        float t = FloatMath.tanh(head.scaled(i, j) / spec.softcap());
        ds *= Math.fma(-t, t, 1f);
      }
      for (int d = 0; d < dim; d++) {
        dq[d] = Math.fma(ds, head.k(j, d), dq[d]);
        dk[j][d] = Math.fma(ds, head.q(i, d), dk[j][d]);
        dv[j][d] = Math.fma(kept, dout[d], dv[j][d]);
      }
    }
    for (int j = 0; j < dk.length; j++) {
      if (j < first || j >= limit) {
        dbias(call, head, i, j, 0f);
      }
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
    private final int threshold;
    private final int keyValueHead;
    private final int[] words = new int[4];
    private final TreeMap<Integer, Float> distances = new TreeMap<>();

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

    /** The first key that query i may see. */
    int first(int i) {
      return spec.firstKey(segments, sequence, i);
    }

    /** The end of the keys that query i may see. */
    int limit(int i) {
      return spec.endKey(segments, sequence, i);
    }

    private int distance(int i, int j) {
      return segments.keyPlace(sequence, j) - segments.queryPlace(sequence, i);
    }

    /** Adds a gradient to its distance. */
    void addDistance(int i, int j, float ds) {
      if (spec.relative().isPresent()) {
        distances.merge(distance(i, j), 0f + ds, Float::sum);
      }
    }

    /** Adds the distances, in ascending order, up by column, and the columns to the head's row. */
    void foldDistances(float[] row) {
      float[] columns = new float[row.length];
      distances.forEach((distance, sum) -> columns[spec.relative().column(distance)] += sum);
      for (int c = 0; c < row.length; c++) {
        row[c] += columns[c];
      }
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

    /** The product of a query and a key, times scale. */
    float scaled(int i, int j) {
      float sum = 0;
      for (int d = 0; d < spec.headDim(); d++) {
        sum = Math.fma(q(i, d), k(j, d), sum);
      }
      return sum * spec.scale();
    }

    float score(int i, int j) {
      float sum = scaled(i, j);
      if (spec.softcap() > 0) {
        sum = spec.softcap() * FloatMath.tanh(sum / spec.softcap());
      }
      if (spec.bias().isPresent()) {
        long at =
            sequence * spec.biasSequence()
                + head * spec.biasHead()
                + i * spec.biasRow()
                + j * spec.biasCol();
        sum += ScalarGemm.load(spec.bias(), at);
      }
      Relative relative = spec.relative();
      if (relative.isPresent()) {
        long at = (long) head * relative.columns() + relative.column(distance(i, j));
        sum += ScalarGemm.load(relative.table(), at);
      }
      return sum;
    }

    boolean keeps(int i, int j) {
      if (spec.dropout() == 0) {
        return true;
      }
      int site = spec.dropoutSite() * spec.heads() + head;
      Philox.words(spec.dropoutKey(), j / 8, i, segments.example()[sequence], site, words, 0);
      int word = words[j % 4];
      return Philox.keeps(j % 8 < 4 ? Philox.low(word) : Philox.high(word), threshold);
    }
  }
}
