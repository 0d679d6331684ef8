package dev.weft.tensor.backend;

import static dev.weft.tensor.backend.ElementKernels.run;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import dev.weft.tensor.kernel.Segments;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Trait;
import java.lang.foreign.Arena;
import java.util.List;

/** Attention and its gradient under the laws, on sequences of one length. */
final class AttentionKernels {
  private static final List<Axis> AXES =
      List.of(
          Axis.size("sequences", 0, 3),
          Axis.size("queries", 1, 90),
          Axis.size("keys", 1, 150),
          Axis.size("groups", 1, 2),
          Axis.size("perGroup", 1, 3),
          Axis.size("dim", 1, 40),
          Axis.choice("layout", 3),
          Axis.choice("causal", 2),
          Axis.choice("bias", 3),
          Axis.choice("window", 4),
          Axis.choice("softcap", 2),
          Axis.choice("relative", 3),
          Axis.choice("dropout", 2),
          Axis.choice("placed", 2));

  private AttentionKernels() {}

  static List<CallKernel> all() {
    return List.of(
        new CallKernel(
            "attention",
            AXES,
            AttentionKernels::forward,
            List.of(
                new Trait.Rows<>("sequences"),
                new Trait.Linear<>("v", "out"),
                new Trait.Derivative<>("v", "out", (c, dout, din) -> transposed(c, dout, din, 2)),
                new Trait.Derivative<>("q", "out", (c, dout, din) -> transposed(c, dout, din, 0)),
                new Trait.Derivative<>("k", "out", (c, dout, din) -> transposed(c, dout, din, 1)))),
        new CallKernel(
            "attention gradient",
            AXES,
            AttentionKernels::gradient,
            List.of(new Trait.Rows<>("sequences"))));
  }

  /** [sequences, T, N, D] as packed rows, padded rows, or [N, rows, D]. */
  private static Extent extent(LawCase at, String length, int heads) {
    long t = at.at(length);
    long d = at.at("dim");
    long pad = at.at("layout") == 0 ? 0 : 3;
    long row = at.at("layout") == 2 ? d + pad : heads * d + pad;
    long head = at.at("layout") == 2 ? at.at("sequences") * t * row : d;
    return Extent.rows(at.at("sequences"), t, heads, d).strided(t * row, row, head, 1);
  }

  private static Heads heads(Buf buf, Extent extent) {
    return new Heads(buf, extent.strides()[1], extent.strides()[2]);
  }

  private static int heads(LawCase at) {
    return at.at("groups") * at.at("perGroup");
  }

  /** [sequences, N, T], heads outermost in memory. */
  private static Extent rowSums(LawCase at) {
    long t = at.at("queries");
    return Extent.rows(at.at("sequences"), heads(at), t).strided(t, at.at("sequences") * t, 1);
  }

  private static KernelCall.Attention forward(LawCase at, Operands o) {
    Extent q = extent(at, "queries", heads(at));
    Extent k = extent(at, "keys", at.at("groups"));
    return new KernelCall.Attention(
        heads(o.input("q", q), q),
        heads(o.input("k", k), k),
        heads(o.input("v", k), k),
        heads(o.output("out", q), q),
        o.output("logSumExp", rowSums(at)),
        segments(at),
        spec(at, o));
  }

  private static KernelCall gradient(LawCase at, Operands o) {
    Extent q = extent(at, "queries", heads(at));
    Extent k = extent(at, "keys", at.at("groups"));
    AttentionSpec spec = spec(at, o);
    return new KernelCall.AttentionGrad(
        heads(o.input("q", q), q),
        heads(o.input("k", k), k),
        heads(o.input("v", k), k),
        heads(o.output("out", q), q),
        o.output("logSumExp", rowSums(at)),
        heads(o.input("dout", q), q),
        heads(o.output("dq", q), q),
        heads(o.output("dk", k), k),
        heads(o.output("dv", k), k),
        spec.bias().isPresent()
            ? o.output(
                "dbias",
                Extent.rows(at.at("sequences"), heads(at), at.at("queries"), at.at("keys")))
            : Buf.NONE,
        spec.relative().isPresent()
            ? o.output("drelative", Extent.of(heads(at), spec.relative().columns()))
            : Buf.NONE,
        segments(at),
        spec);
  }

  private static AttentionSpec spec(LawCase at, Operands o) {
    long t = at.at("queries");
    long s = at.at("keys");
    int heads = heads(at);
    boolean shared = at.at("bias") == 2; // one for all sequences
    Buf bias = Buf.NONE;
    if (at.at("bias") > 0) {
      Extent extent =
          shared ? Extent.of(heads, t, s) : Extent.rows(at.at("sequences"), heads, t, s);
      bias = o.input("bias", extent, AttentionKernels::hiding);
    }
    int columns = new int[] {0, 1, 40}[at.at("relative")];
    Relative relative =
        columns == 0
            ? Relative.NONE
            : new Relative(o.input("relative", Extent.of(heads, columns)), columns, columns / 3);
    int window = at.at("window");
    return new AttentionSpec(
        heads,
        at.at("groups"),
        at.at("dim"),
        (float) (1 / Math.sqrt(at.at("dim"))),
        at.at("causal") == 1,
        bias,
        shared ? 0 : heads * t * s,
        t * s,
        s,
        1,
        at.at("dropout") * 0.25f,
        0x1234567890ABCDEFL,
        7,
        window % 2 == 1 ? 20 : Integer.MAX_VALUE,
        window / 2 == 1 ? 11 : Integer.MAX_VALUE,
        at.at("softcap") * 1.5f,
        relative);
  }

  /** A bias from -2 to 2, one in four minus infinity, which hides a key. */
  private static double hiding(long bits) {
    return (bits & 3) == 0 ? Double.NEGATIVE_INFINITY : (bits >> 8) * 0x1p-54;
  }

  private static Segments segments(LawCase at) {
    int count = at.at("sequences");
    int t = at.at("queries");
    int s = at.at("keys");
    int[] queryStart = new int[count];
    int[] queryLength = new int[count];
    int[] keyStart = new int[count];
    int[] keyLength = new int[count];
    int[] example = new int[count];
    int[] queryPlace = new int[count * t];
    int[] keyPlace = new int[count * s];
    for (int i = 0; i < count; i++) {
      queryStart[i] = i * t;
      queryLength[i] = t;
      keyStart[i] = i * s;
      keyLength[i] = s;
      long number = at.firstRow() + i;
      example[i] = (int) (100 + 7 * number);
      ascend(at, "query places", number, queryPlace, i * t, t, Math.max(0, s - t));
      ascend(at, "key places", number, keyPlace, i * s, s, 0);
    }
    Segments segments = new Segments(queryStart, queryLength, keyStart, keyLength, example);
    return at.at("placed") == 1 ? segments.withPlaces(queryPlace, keyPlace) : segments;
  }

  /** Places with holes. */
  private static void ascend(
      LawCase at, String name, long sequence, int[] places, int start, int length, int first) {
    int place = first;
    for (int i = 0; i < length; i++) {
      places[start + i] = place;
      long bits = at.bits(name, sequence * 1000 + i);
      place += (bits & 7) == 0 ? 1 + (int) (bits >>> 60) : 1;
    }
  }

  private static void transposed(KernelCall call, Buf dout, Buf din, int input) {
    KernelCall.Attention c = (KernelCall.Attention) call;
    run(
        new KernelCall.AttentionGrad(
            c.q(),
            c.k(),
            c.v(),
            c.out(),
            c.logSumExp(),
            with(c.out(), dout),
            with(c.q(), input == 0 ? din : spare(c.q().buf())),
            with(c.k(), input == 1 ? din : spare(c.k().buf())),
            with(c.v(), input == 2 ? din : spare(c.v().buf())),
            Buf.NONE,
            Buf.NONE,
            c.segments(),
            c.spec()));
  }

  private static Heads with(Heads x, Buf buf) {
    return new Heads(buf, x.rowStride(), x.headStride());
  }

  private static Buf spare(Buf like) {
    return new Buf(
        Arena.ofAuto().allocate(Math.max(1, 4 * like.length()), 64), 0, DType.F32, like.length());
  }
}
