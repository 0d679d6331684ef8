package dev.weft.tensor.backend.vector;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/** Random attention calls: layouts, groups, biases, windows, places, dropout, odd lengths. */
final class AttentionCases {
  private static final int[] LENGTHS = {1, 2, 5, 15, 17, 31, 33, 64, 65, 130, 200};
  private static final int[] DIMS = {1, 6, 8, 13, 16, 32, 64, 80, 256};

  private final Random random;
  private final GemmCases buffers;

  AttentionCases(Arena arena, long seed) {
    random = new Random(seed);
    buffers = new GemmCases(arena, seed);
  }

  /** A gradient call; its forward is {@link #forward}. */
  KernelCall.AttentionGrad call() {
    boolean equal = random.nextBoolean();
    int count = 1 + random.nextInt(3);
    int queries = LENGTHS[random.nextInt(LENGTHS.length)];
    int keys = LENGTHS[random.nextInt(LENGTHS.length)];
    int[] queryLength = new int[count];
    int[] keyLength = new int[count];
    for (int s = 0; s < count; s++) {
      queryLength[s] = equal ? queries : LENGTHS[random.nextInt(LENGTHS.length)];
      keyLength[s] = equal ? keys : LENGTHS[random.nextInt(LENGTHS.length)];
    }
    int keyValueHeads = 1 + random.nextInt(2);
    int heads = keyValueHeads * (1 + random.nextInt(3));
    int dim = DIMS[random.nextInt(DIMS.length)];
    float dropout = random.nextInt(3) == 0 ? 0.25f : 0f;
    boolean bias = random.nextInt(3) == 0;
    return call(
        queryLength,
        keyLength,
        heads,
        keyValueHeads,
        dim,
        random.nextBoolean(),
        bias,
        dropout,
        equal && random.nextBoolean(),
        form());
  }

  private Form form() {
    int before = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(70);
    int after = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(70);
    int columns = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(90);
    float softcap = random.nextInt(3) == 0 ? 1.5f : 0f;
    int zero = random.nextInt(100) - 5;
    return new Form(before, after, softcap, columns, zero, random.nextInt(3) == 0);
  }

  /** Attention without window, softcap, bias by distance and places. */
  KernelCall.AttentionGrad call(
      int[] queryLength,
      int[] keyLength,
      int heads,
      int keyValueHeads,
      int dim,
      boolean causal,
      boolean biased,
      float dropout,
      boolean dbias) {
    return call(
        queryLength,
        keyLength,
        heads,
        keyValueHeads,
        dim,
        causal,
        biased,
        dropout,
        dbias,
        new Form(Integer.MAX_VALUE, Integer.MAX_VALUE, 0f, 0, 0, false));
  }

  /** With places, given or by order, and what goes by them; no table where it has no columns. */
  record Form(int before, int after, float softcap, int columns, int zero, boolean placed) {}

  KernelCall.AttentionGrad call(
      int[] queryLength,
      int[] keyLength,
      int heads,
      int keyValueHeads,
      int dim,
      boolean causal,
      boolean biased,
      float dropout,
      boolean dbias,
      Form form) {
    int count = queryLength.length;
    int[] queryStart = new int[count];
    int[] keyStart = new int[count];
    int[] example = new int[count];
    int t = Arrays.stream(queryLength).max().orElse(0);
    int s = Arrays.stream(keyLength).max().orElse(0);
    int queries = 0;
    int keys = 0;
    for (int i = 0; i < count; i++) {
      queryStart[i] = queries;
      keyStart[i] = keys;
      example[i] = 100 + 7 * i;
      queries += queryLength[i];
      keys += keyLength[i];
    }
    Buf bias = Buf.NONE;
    if (biased) {
      bias = buffers.buf(DType.F32, (long) count * heads * t * s);
      for (long i = 0; i < bias.length(); i++) {
        if (random.nextInt(4) == 0) {
          set(bias, i, Float.NEGATIVE_INFINITY);
        }
      }
    }
    Relative relative = Relative.NONE;
    if (form.columns() > 0) {
      Buf table = buffers.buf(DType.F32, (long) heads * form.columns());
      relative = new Relative(table, form.columns(), form.zero());
    }
    boolean shared = random.nextBoolean();
    AttentionSpec spec =
        new AttentionSpec(
            heads,
            keyValueHeads,
            dim,
            (float) (1 / Math.sqrt(dim)),
            causal,
            bias,
            shared ? 0 : (long) heads * t * s,
            (long) t * s,
            s,
            1,
            dropout,
            0x1234567890ABCDEFL,
            7,
            form.before(),
            form.after(),
            form.softcap(),
            relative);
    Segments segments = new Segments(queryStart, queryLength, keyStart, keyLength, example);
    return new KernelCall.AttentionGrad(
        rows(queries, heads, dim),
        rows(keys, keyValueHeads, dim),
        rows(keys, keyValueHeads, dim),
        rows(queries, heads, dim),
        buffers.buf(DType.F32, (long) heads * queries),
        rows(queries, heads, dim),
        rows(queries, heads, dim),
        rows(keys, keyValueHeads, dim),
        rows(keys, keyValueHeads, dim),
        dbias ? buffers.buf(DType.F32, (long) count * heads * t * s) : Buf.NONE,
        form.columns() > 0 ? buffers.buf(DType.F32, (long) heads * form.columns()) : Buf.NONE,
        form.placed() ? placed(segments, queries, keys) : segments,
        spec);
  }

  /** Places with holes: queries among the last keys' where there are as many. */
  private Segments placed(Segments segments, int queries, int keys) {
    int[] queryPlace = new int[queries];
    int[] keyPlace = new int[keys];
    for (int s = 0; s < segments.count(); s++) {
      ascend(keyPlace, segments.keyStart()[s], segments.keyLength()[s], random.nextInt(9));
      int first = Math.max(0, segments.keyLength()[s] - segments.queryLength()[s]);
      ascend(queryPlace, segments.queryStart()[s], segments.queryLength()[s], first);
    }
    return segments.withPlaces(queryPlace, keyPlace);
  }

  private void ascend(int[] places, int start, int length, int first) {
    int place = first;
    for (int i = start; i < start + length; i++) {
      places[i] = place;
      place += random.nextInt(5) == 0 ? 1 + random.nextInt(20) : 1;
    }
  }

  private Heads rows(int rows, int heads, int dim) {
    int pad = 3 * random.nextInt(2);
    boolean dense = random.nextInt(3) == 0; // [heads, rows, dim]
    long rowStride = dense ? dim + pad : (long) heads * dim + pad;
    long headStride = dense ? (long) rows * (dim + pad) : dim;
    return new Heads(
        buffers.buf(DType.F32, dense ? heads * headStride : rows * rowStride),
        rowStride,
        headStride);
  }

  static KernelCall.Attention forward(KernelCall.AttentionGrad g) {
    return new KernelCall.Attention(
        g.q(), g.k(), g.v(), g.out(), g.logSumExp(), g.segments(), g.spec());
  }

  /** The same call writing its gradients to copies. */
  KernelCall.AttentionGrad withOwnGradients(KernelCall.AttentionGrad g) {
    return new KernelCall.AttentionGrad(
        g.q(),
        g.k(),
        g.v(),
        g.out(),
        g.logSumExp(),
        g.dout(),
        copy(g.dq()),
        copy(g.dk()),
        copy(g.dv()),
        g.dbias().isPresent() ? buffers.copy(g.dbias()) : Buf.NONE,
        g.drelative().isPresent() ? buffers.copy(g.drelative()) : Buf.NONE,
        g.segments(),
        g.spec());
  }

  /** The same call writing its outputs to copies. */
  KernelCall.Attention withOwnOutputs(KernelCall.Attention a) {
    return new KernelCall.Attention(
        a.q(), a.k(), a.v(), copy(a.out()), buffers.copy(a.logSumExp()), a.segments(), a.spec());
  }

  private Heads copy(Heads x) {
    return new Heads(buffers.copy(x.buf()), x.rowStride(), x.headStride());
  }

  /** Puts NaN or infinities somewhere in x, or large values everywhere. */
  void spoil(Heads x) {
    long at = random.nextInt((int) x.buf().length());
    switch (random.nextInt(3)) {
      case 0 -> set(x.buf(), at, Float.NaN);
      case 1 -> set(x.buf(), at, Float.POSITIVE_INFINITY);
      default -> {
        for (long i = 0; i < x.buf().length(); i++) {
          set(x.buf(), i, 60 * get(x.buf(), i));
        }
      }
    }
  }

  static float get(Buf x, long i) {
    return x.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4 * i);
  }

  static void set(Buf x, long i, float value) {
    x.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, x.offset() + 4 * i, value);
  }
}
