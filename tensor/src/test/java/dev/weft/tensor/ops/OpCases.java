package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table of operations. Tolerances are multiples of one rounding to F32 (1.2e-7 between
 * neighbours, so 6e-8 at most): EXACT where every element is one correctly rounded operation (and
 * the golden was rounded twice), ROUNDED for a handful of roundings or an element function of about
 * one ulp, SUMS where up to a thousand terms add up, LOSSY where the formula itself cancels (scores
 * of several hundred are rounded by 3e-5 before attention exponentiates them).
 */
final class OpCases {
  private static final double EXACT = 1.2e-7;
  private static final double ROUNDED = 5e-7;
  private static final double SUMS = 2e-6;
  private static final double LOSSY = 1e-5;

  private OpCases() {}

  // One line an operation (and its wrong call); the formatter breaks them.
  static List<OpCase> all() {
    return List.of(
        op("matmul", SUMS, SUMS, (x, g) -> F.matmul(t(x, g, 0), t(x, g, 1)))
            .wrong(
                () -> F.matmul(zeros(1, 4), zeros(2, 3)),
                "matmul: expected [2, 3] dim -2 = 4 (dim -1 of [1, 4]), got 2"),
        op(
                "linear",
                SUMS,
                SUMS,
                (x, g) ->
                    x.size() == 2
                        ? F.linear(x.get(0), x.get(1))
                        : F.linear(x.get(0), x.get(1), x.get(2)))
            .wrong(
                () -> F.linear(zeros(2, 3), zeros(5, 4).named("lm_head.weight")),
                "linear: expected weight \"lm_head.weight\" [5, 4] dim -1 = 3 (dim -1 of [2, 3])"),
        op(
                "gated_linear",
                SUMS,
                SUMS,
                (x, g) -> F.gatedLinear(x.get(0), x.get(1), x.get(2), null, x.get(3)))
            .covers("gatedLinear")
            .wrong(
                () -> F.gatedLinear(zeros(2, 3), zeros(4, 3), null, null, zeros(2, 3).named("g")),
                "linear: expected a gate of shape [2, 4], got \"g\" [2, 3]"),
        binary("add", EXACT, ROUNDED, F::add, a -> F.add(a, 1.5f)),
        binary("sub", EXACT, ROUNDED, F::sub, a -> F.add(a, -1.5f)),
        binary("mul", EXACT, SUMS, F::mul, a -> F.mul(a, 1.5f)),
        binary("div", EXACT, SUMS, F::div, a -> F.mul(a, 1 / 1.5f)),
        op("sum", ROUNDED, EXACT, (x, g) -> reduced(x.get(0), g, F::sum, F::sum))
            .wrong(() -> F.sum(zeros(2, 3), 2), "dim 2 is out of range for shape [2, 3]"),
        op("mean", ROUNDED, EXACT, (x, g) -> reduced(x.get(0), g, F::mean, F::mean))
            .wrong(() -> F.mean(zeros(2, 3), -3), "dim -3 is out of range for shape [2, 3]"),
        op(
                "amax",
                EXACT,
                EXACT,
                (x, g) ->
                    reduced(
                        x.get(0),
                        g,
                        a -> F.max(a.reshape(-1), 0).values(),
                        (a, dim) -> F.max(a, dim).values()))
            .covers("max")
            .wrong(() -> F.max(zeros(2, 0), 1).values(), "max: dim 1 of [2, 0] is empty"),
        ops("max", EXACT, EXACT, (x, g) -> pair(F.max(x.get(0), g.integer("dim"))))
            .wrong(() -> F.max(zeros(2), 1).values(), "dim 1 is out of range for shape [2]"),
        op("softmax", ROUNDED, ROUNDED, (x, g) -> F.softmax(x.get(0), g.integer("dim")))
            .wrong(() -> F.softmax(zeros(2, 3), 2), "dim 2 is out of range for shape [2, 3]"),
        op("log_softmax", ROUNDED, SUMS, (x, g) -> F.logSoftmax(x.get(0), g.integer("dim")))
            .covers("logSoftmax")
            .wrong(() -> F.logSoftmax(zeros(2, 3), 2), "dim 2 is out of range for shape [2, 3]"),
        op("cross_entropy", ROUNDED, ROUNDED, OpCases::crossEntropy)
            .covers("crossEntropy")
            .wrong(
                () -> F.crossEntropy(zeros(2, 3), Tensor.of(new long[] {1, 3}, 2)),
                "cross_entropy: label 3 at row 1 is out of range for 3 classes"),
        op(
                "layer_norm",
                LOSSY,
                LOSSY,
                (x, g) -> F.layerNorm(x.get(0), x.get(1), x.get(2), g.number("eps")))
            .covers("layerNorm")
            .wrong(
                () -> F.layerNorm(zeros(2, 3), zeros(2), zeros(3), 0),
                "layer_norm: expected a weight of shape [3], got [2]"),
        op("rms_norm", ROUNDED, SUMS, (x, g) -> F.rmsNorm(x.get(0), x.get(1), g.number("eps")))
            .covers("rmsNorm")
            .wrong(
                () -> F.rmsNorm(zeros(2, 3), zeros(3, 1), 0),
                "rms_norm: expected a weight of shape [3], got [3, 1]"),
        unary("gelu", F::gelu),
        unary("gelu_tanh", F::geluTanh).covers("geluTanh"),
        unary("silu", F::silu),
        unary("relu", F::relu),
        unary("tanh", F::tanh),
        unary("erf", F::erf),
        unary("sigmoid", F::sigmoid),
        unary("exp", F::exp),
        unary("neg", F::neg),
        unary("log", F::log),
        unary("sqrt", F::sqrt),
        op("embedding", EXACT, SUMS, (x, g) -> F.embedding(x.get(0), x.get(1)))
            .wrong(
                () -> F.embedding(Tensor.of(new long[] {0}, 1), zeros(3)),
                "embedding: expected a dense table [rows, n], got [3]"),
        op("index_select", EXACT, SUMS, (x, g) -> F.indexSelect(x.get(0), x.get(1)))
            .covers("indexSelect")
            .wrong(
                () -> F.indexSelect(zeros(3, 2), zeros(1)),
                "embedding: expected I64 ids, got F32 [1]"),
        op("index_add", ROUNDED, EXACT, (x, g) -> F.indexAdd(x.get(0), x.get(1), x.get(2)))
            .covers("indexAdd")
            .wrong(
                () -> F.indexAdd(zeros(3, 2), Tensor.of(new long[] {0}, 1), zeros(2, 2)),
                "index_add: expected a source of shape [1, 2], got [2, 2]"),
        op("scaled_dot_product_attention", SUMS, LOSSY, OpCases::attention)
            .covers("scaledDotProductAttention")
            .wrong(
                () ->
                    F.scaledDotProductAttention(
                        zeros(1, 3, 2, 4),
                        zeros(1, 2, 2, 4),
                        zeros(1, 2, 2, 4),
                        AttentionOptions.NONE),
                "attention: expected k with the head size of q [1, 3, 2, 4] and a number of heads"
                    + " that divides its own, got [1, 2, 2, 4]"),
        op("attention", SUMS, LOSSY, OpCases::packedAttention)
            .wrong(
                () -> {
                  int[] three = {3};
                  return F.attention(
                      zeros(3, 2, 4),
                      zeros(3, 2, 4),
                      zeros(3, 2, 4),
                      new Segments(new int[1], three, new int[1], three, new int[1]),
                      AttentionOptions.NONE.withRelative(zeros(1, 5), 2));
                },
                "attention: expected a relative table [2, R] of at least one column, got [1, 5]"),
        op("rotary", EXACT, EXACT, OpCases::rotary)
            .covers("rope")
            .wrong(
                () -> F.rope(zeros(1, 1, 3), zeros(1, 1), zeros(1, 1), Tensor.of(new long[1], 1)),
                "rope: expected x [rows, N, D] with an even D, got [1, 1, 3]"),
        op("cat", EXACT, EXACT, (x, g) -> F.cat(x, g.integer("dim")))
            .wrong(
                () -> F.cat(List.of(zeros(2, 3), zeros(3, 2)), 0),
                "cat: expected F32 [2, 3] but for dim 0, got F32 [3, 2]"),
        op("narrow", EXACT, EXACT, OpCases::narrow)
            .wrong(() -> zeros(2, 3).slice(1, 2, 4), "slice 2 to 4 of dim 1 of [2, 3]"),
        op(
                "transpose",
                EXACT,
                EXACT,
                (x, g) -> x.get(0).transpose(g.integer("dim0"), g.integer("dim1")).contiguous())
            .wrong(() -> zeros(2).transpose(0, 1), "dim 1 is out of range for shape [2]"),
        op("reshape", EXACT, EXACT, OpCases::reshape)
            .wrong(
                () -> zeros(2, 3).reshape(4, -1),
                "[2, 3] of 6 elements cannot be viewed as [4, -1]"),
        ops("topk", EXACT, EXACT, (x, g) -> pair(F.topk(x.get(0), g.integer("k"))))
            .wrong(() -> F.topk(zeros(2, 3), 4).values(), "topk: expected k in 0 to 3, got 4"),
        op("composite", ROUNDED, SUMS, OpCases::composite)
            .covers("gelu", "linear", "layerNorm", "crossEntropy")
            .wrong(() -> zeros(2).view(3), "[2] of 2 elements cannot be viewed as [3]"));
  }

  /** Methods of {@code F} with tests of their own, where a golden says nothing. */
  static final Set<String> ELSEWHERE = Set.of("dropout", "to");

  /** Goldens of what {@code F} does not offer. */
  static final Set<String> NOT_OFFERED = Set.of("scatter_add");

  // ---- the functions that are more than one call ------------------------------------------

  private static Tensor t(List<Tensor> x, Golden golden, int i) {
    return golden.flag("transpose" + i) ? x.get(i).transpose(-1, -2) : x.get(i);
  }

  private interface ReduceDim {
    Tensor apply(Tensor a, int dim);
  }

  private static Tensor reduced(
      Tensor a, Golden golden, UnaryOperator<Tensor> all, ReduceDim dimension) {
    if (!golden.has("dim")) {
      return all.apply(a);
    }
    int dim = golden.integer("dim");
    Tensor y = dimension.apply(a, dim);
    return golden.flag("keepdim") ? y.unsqueeze(dim) : y;
  }

  private static List<Tensor> pair(F.Max max) {
    return List.of(max.values(), max.indices());
  }

  private static Tensor crossEntropy(List<Tensor> x, Golden golden) {
    Tensor logits = x.get(0);
    Tensor labels = x.get(1);
    int rows = logits.dim(0);
    return switch (golden.text("reduction")) {
      case "sum" -> F.mul(F.crossEntropy(logits, labels), rows);
      case "none" ->
          golden.has("reduction")
              ? F.cat(
                  IntStream.range(0, rows)
                      .mapToObj(i ->
                          F.crossEntropy(logits.slice(0, i, i + 1), labels.slice(0, i, i + 1))
                              .view(1))
                      .toList(),
                  0)
              : F.crossEntropy(logits, labels);
      default -> throw new IllegalStateException(golden.name());
    };
  }

  private static Tensor attention(List<Tensor> x, Golden golden) {
    Tensor q = x.get(0);
    Tensor k = x.get(1);
    String causal = golden.text("causal");
    boolean square = q.dim(2) == k.dim(2);
    AttentionOptions options = AttentionOptions.NONE;
    if (causal.equals("bottom_right") || (causal.equals("top_left") && square)) {
      options = AttentionOptions.CAUSAL;
    } else if (causal.equals("top_left")) {
      boolean[] visible = new boolean[q.dim(2) * k.dim(2)];
      for (int i = 0; i < visible.length; i++) {
        visible[i] = i % k.dim(2) <= i / k.dim(2);
      }
      options = options.withBias(Tensor.of(visible, 1, 1, q.dim(2), k.dim(2)));
    }
    if (golden.has("zero")) {
      options = forms(golden, x.get(4)).withBias(x.get(3));
    } else if (x.size() == 4) {
      Tensor bias = x.get(3);
      options = options.withBias(bias.dtype() == DType.F32 ? bias : F.to(bias, DType.BOOL));
    }
    return F.scaledDotProductAttention(q, k, x.get(2), options);
  }

  private static AttentionOptions forms(Golden golden, @Nullable Tensor table) {
    int far = Integer.MAX_VALUE;
    AttentionOptions options =
        (golden.flag("causal") ? AttentionOptions.CAUSAL : AttentionOptions.NONE)
            .withWindow(
                golden.has("before") ? golden.integer("before") : far,
                golden.has("after") ? golden.integer("after") : far)
            .withSoftcap(golden.has("softcap") ? golden.number("softcap") : 0);
    return table == null ? options : options.withRelative(table, golden.integer("zero"));
  }

  private static Tensor packedAttention(List<Tensor> x, Golden golden) {
    int[] queries = golden.integers("query_lengths");
    int[] keys = golden.integers("key_lengths");
    Segments segments =
        new Segments(
            starts(queries),
            queries,
            starts(keys),
            keys,
            IntStream.range(0, keys.length).toArray());
    if (golden.has("key_places")) {
      segments =
          segments.withPlaces(golden.integers("query_places"), golden.integers("key_places"));
    }
    Tensor table = x.size() == 4 ? x.get(3) : null;
    return F.attention(x.get(0), x.get(1), x.get(2), segments, forms(golden, table));
  }

  private static int[] starts(int[] lengths) {
    int[] starts = new int[lengths.length];
    for (int i = 1; i < lengths.length; i++) {
      starts[i] = starts[i - 1] + lengths[i - 1];
    }
    return starts;
  }

  /** Golden: x [B, T, N, D], cos and sin [B, T, D] with both halves equal. */
  private static Tensor rotary(List<Tensor> x, Golden golden) {
    Tensor a = x.get(0);
    int rows = a.dim(0) * a.dim(1);
    int dim = a.dim(3);
    Tensor cos = x.get(1).reshape(rows, dim).slice(1, 0, dim / 2);
    Tensor sin = x.get(2).reshape(rows, dim).slice(1, dim / 2, dim);
    Tensor positions = Tensor.of(IntStream.range(0, rows).toArray(), rows);
    return F.rope(a.reshape(rows, a.dim(2), dim), cos, sin, positions).view(a.shape().dims());
  }

  private static Tensor narrow(List<Tensor> x, Golden golden) {
    int start = golden.integer("start");
    return x.get(0)
        .slice(golden.integer("dim"), start, start + golden.integer("length"))
        .contiguous();
  }

  private static Tensor reshape(List<Tensor> x, Golden golden) {
    Tensor a = x.get(0);
    if (golden.has("transpose_first")) {
      int[] dims = golden.integers("transpose_first");
      a = a.transpose(dims[0], dims[1]);
    }
    return a.reshape(golden.integers("shape"));
  }

  private static Tensor composite(List<Tensor> x, Golden golden) {
    Tensor hidden = F.gelu(F.linear(x.get(0), x.get(1), x.get(2)));
    Tensor normed = F.layerNorm(hidden, x.get(3), x.get(4), 1e-5f);
    return F.crossEntropy(F.linear(normed, x.get(5), x.get(6)), x.get(7));
  }

  // ---- rows ------------------------------------------------------------------------------

  private static Tensor zeros(int... shape) {
    return Tensor.zeros(shape);
  }

  private interface One {
    Tensor apply(List<Tensor> in, Golden golden);
  }

  private static OpCase op(String op, double output, double gradient, One function) {
    return ops(op, output, gradient, (x, golden) -> List.of(function.apply(x, golden)));
  }

  private static OpCase ops(String op, double output, double gradient, OpCase.Function function) {
    return new OpCase(op, Set.of(op), output, gradient, function, () -> zeros(0), "");
  }

  private static OpCase unary(String op, UnaryOperator<Tensor> function) {
    return op(op, ROUNDED, ROUNDED, (x, golden) -> function.apply(x.get(0)))
        .wrong(() -> function.apply(Tensor.of(new long[2], 2)), op + ": expected F32, got I64 [2]");
  }

  private static OpCase binary(
      String op,
      double output,
      double gradient,
      BinaryOperator<Tensor> function,
      UnaryOperator<Tensor> scalar) {
    return op(
            op,
            output,
            gradient,
            (x, golden) ->
                x.size() == 1 ? scalar.apply(x.get(0)) : function.apply(x.get(0), x.get(1)))
        .wrong(
            () -> function.apply(zeros(2, 3), zeros(4)), op + ": [2, 3] and [4] do not broadcast");
  }
}
