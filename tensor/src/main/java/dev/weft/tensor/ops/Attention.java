package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention (Vaswani et al. 2017) that streams over the keys. */
public final class Attention {
  private Attention() {}

  /**
   * Packed: q [queries, N, D], k and v [keys, K, D] with the rows of each sequence together; result
   * [queries, N, D].
   */
  public static Tensor packed(
      Tensor q, Tensor k, Tensor v, Segments segments, F.AttentionOptions options) {
    Op op = begin(q, k, v, options);
    if (q.rank() != 3 || k.rank() != 3) {
      throw op.error("expected q [queries, N, D], got " + q.label() + " and k " + k.label());
    }
    Tensor y = op.output(q.shape());
    return run(op, q, k, v, y, segments, options, false);
  }

  /**
   * Padded: q [B, N, T, D], k and v [B, K, S, D] in any layout; result [B, N, T, D], stored as [B,
   * T, N, D].
   */
  public static Tensor padded(Tensor q, Tensor k, Tensor v, F.AttentionOptions options) {
    Op op = begin(q, k, v, options);
    if (q.rank() != 4 || k.rank() != 4 || q.dim(0) != k.dim(0)) {
      throw op.error("expected q [B, N, T, D], got " + q.label() + " and k " + k.label());
    }
    Tensor y = op.output(Shape.of(q.dim(0), q.dim(2), q.dim(1), q.dim(3)));
    Tensor result = run(op, q, k, v, y, null, options, true);
    return result.transpose(1, 2);
  }

  private static Op begin(Tensor q, Tensor k, Tensor v, F.AttentionOptions options) {
    Tensor bias = options.bias();
    F.AttentionOptions.Relative relative = options.relative();
    Op op =
        Op.of(
            "attention", q, k, v, bias == null ? q : bias, relative == null ? q : relative.table());
    Checks.f32(op, q, k, v);
    Checks.shape(op, "v like k", v, k.shape());
    int heads = q.rank() == 4 ? 1 : -2;
    if (q.dim(-1) != k.dim(-1) || k.dim(heads) == 0 || q.dim(heads) % k.dim(heads) != 0) {
      throw op.error(
          "expected k with the head size of q "
              + q.label()
              + " and a number of heads that divides its own, got "
              + k.label());
    }
    if (relative != null) {
      Checks.f32(op, relative.table());
      if (relative.table().rank() != 2
          || relative.table().dim(0) != q.dim(heads)
          || relative.table().dim(1) == 0) {
        throw op.error(
            "expected a relative table [%d, R] of at least one column, got %s"
                .formatted(q.dim(heads), relative.table().label()));
      }
    }
    return op;
  }

  private static Tensor run(
      Op op,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor y,
      @Nullable Segments given,
      F.AttentionOptions options,
      boolean padded) {
    int heads = padded ? q.dim(1) : q.dim(-2);
    int keyHeads = padded ? k.dim(1) : k.dim(-2);
    int dim = q.dim(-1);
    Tensor sq = rows(op, q, padded);
    Tensor sk = rows(op, k, padded);
    Tensor sv = rows(op, v, padded);
    int queries = padded ? q.dim(2) : q.dim(0);
    int keys = padded ? k.dim(2) : k.dim(0);
    Segments segments = given == null ? padded(q.dim(0), queries, keys) : given;
    Tensor bias = options.bias() == null ? null : additive(op, options.bias());
    Shape scores = Shape.of(segments.count(), heads, queries, keys);
    if (bias != null && !padded) {
      throw op.error("a bias needs the padded form");
    }
    long[] bs = bias == null ? new long[4] : broadcastBias(op, bias, scores);
    Run run = Run.current();
    boolean drops = run.isTraining() && options.dropout() > 0;
    AttentionSpec spec =
        new AttentionSpec(
            heads,
            keyHeads,
            dim,
            options.scale() == 0 ? (float) (1 / Math.sqrt(dim)) : options.scale(),
            options.causal(),
            bias == null ? Buf.NONE : bias.buf(),
            bs[0],
            bs[1],
            bs[2],
            bs[3],
            drops ? options.dropout() : 0,
            run.dropoutKey(),
            options.site(),
            options.window().before(),
            options.window().after(),
            options.softcap(),
            relative(op, options.relative()));
    Tensor logSumExp = op.output(Shape.of(heads, Math.toIntExact(segments.queries())));
    Heads hq = heads(sq);
    Heads hk = heads(sk);
    Heads hv = heads(sv);
    Heads hy = heads(y);
    if (segments.queries() * heads * dim != q.size()) {
      Kernels.run(new KernelCall.Fill(y.buf(), 0)); // rows that belong to no sequence
    }
    Kernels.run(new KernelCall.Attention(hq, hk, hv, hy, logSumExp.buf(), segments, spec));
    return op.result(
        y,
        g -> {
          Tensor dq = g.empty(rowShape(q, padded));
          Tensor dk = g.empty(rowShape(k, padded));
          Tensor dv = g.empty(rowShape(v, padded));
          Tensor given4 = options.bias();
          boolean wantsBias = given4 != null && g.needs(given4);
          Tensor dbias = wantsBias ? g.empty(scores) : null;
          F.AttentionOptions.Relative relative = options.relative();
          Tensor dtable =
              relative != null && g.needs(relative.table())
                  ? g.empty(relative.table().shape())
                  : null;
          Tensor dy = g.dy(y.shape());
          // The segments may leave rows out (padding); their gradient is zero.
          if (segments.queries() * heads * dim != q.size()) {
            Kernels.run(new KernelCall.Fill(dq.buf(), 0));
          }
          if (keyRows(segments) * keyHeads * dim != k.size()) {
            Kernels.run(new KernelCall.Fill(dk.buf(), 0));
            Kernels.run(new KernelCall.Fill(dv.buf(), 0));
          }
          Kernels.run(
              new KernelCall.AttentionGrad(
                  hq,
                  hk,
                  hv,
                  hy,
                  logSumExp.buf(),
                  heads(dy),
                  heads(dq),
                  heads(dk),
                  heads(dv),
                  dbias == null ? Buf.NONE : dbias.buf(),
                  dtable == null ? Buf.NONE : dtable.buf(),
                  segments,
                  spec));
          g.give(q, padded ? dq.transpose(1, 2) : dq);
          g.give(k, padded ? dk.transpose(1, 2) : dk);
          g.give(v, padded ? dv.transpose(1, 2) : dv);
          if (dbias != null && given4 != null) {
            g.give(given4, SumTo.shape(dbias, given4.shape()));
          }
          if (dtable != null && relative != null) {
            g.give(relative.table(), dtable);
          }
        });
  }

  private static Relative relative(Op op, F.AttentionOptions.@Nullable Relative given) {
    return given == null
        ? Relative.NONE
        : new Relative(op.dense(given.table()).buf(), given.table().dim(1), given.zero());
  }

  private static long keyRows(Segments segments) {
    long rows = 0;
    for (int length : segments.keyLength()) {
      rows += length;
    }
    return rows;
  }

  /** [B, N, T, D] as dense [B, T, N, D], and [T, N, D] as it is: rows of heads without gaps. */
  private static Tensor rows(Op op, Tensor x, boolean padded) {
    return op.dense(padded ? x.transpose(1, 2) : x);
  }

  private static Shape rowShape(Tensor x, boolean padded) {
    return padded ? x.transpose(1, 2).shape() : x.shape();
  }

  private static Heads heads(Tensor rows) {
    return new Heads(rows.buf(), (long) rows.dim(-2) * rows.dim(-1), rows.dim(-1));
  }

  private static Segments padded(int batch, int queries, int keys) {
    int[] queryStart = new int[batch];
    int[] queryLength = new int[batch];
    int[] keyStart = new int[batch];
    int[] keyLength = new int[batch];
    int[] example = new int[batch];
    for (int b = 0; b < batch; b++) {
      queryStart[b] = b * queries;
      queryLength[b] = queries;
      keyStart[b] = b * keys;
      keyLength[b] = keys;
      example[b] = b;
    }
    return new Segments(queryStart, queryLength, keyStart, keyLength, example);
  }

  /** A mask where true means visible becomes 0 and minus infinity. */
  private static Tensor additive(Op op, Tensor mask) {
    if (mask.dtype() == DType.F32) {
      return op.save(mask);
    }
    if (mask.dtype() != DType.BOOL) {
      throw op.error("expected a bias of F32 or BOOL, got " + mask.dtype());
    }
    Tensor bias = op.output(mask.shape());
    float[] values = mask.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] != 0 ? 0 : Float.NEGATIVE_INFINITY;
    }
    bias.segment().copyFrom(MemorySegment.ofArray(values));
    return bias;
  }

  private static long[] broadcastBias(Op op, Tensor bias, Shape scores) {
    if (bias.rank() > 4 || !Shape.broadcast(bias.shape(), scores).equals(scores)) {
      throw op.error("expected a bias that broadcasts to " + scores + ", got " + bias.label());
    }
    return Strides.broadcast(bias, scores);
  }
}
