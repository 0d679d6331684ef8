package dev.weft.tensor.backend;

import static dev.weft.tensor.backend.ElementKernels.permutes;
import static dev.weft.tensor.backend.ElementKernels.run;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Tolerance;
import dev.weft.tensor.laws.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Kernels that treat every row of a matrix alone, under the laws. */
final class RowKernels {
  private static final Tolerance SUMS = new Tolerance(1e-5, 1e-5);
  private static final int IGNORED = -100;
  private static final Trait<KernelCall> ROWS = new Trait.Rows<>("rows");

  private RowKernels() {}

  static List<CallKernel> all() {
    List<CallKernel> all = new ArrayList<>();
    for (ReduceKind kind : ReduceKind.values()) {
      reductions(all, kind);
    }
    softmax(all);
    crossEntropy(all);
    rope(all);
    all.add(dropout());
    all.add(dropoutByRow());
    all.add(topK());
    return all;
  }

  private static List<Axis> matrix(int leastCols, Axis... more) {
    List<Axis> axes = new ArrayList<>();
    axes.add(Axis.size("rows", 0, 600));
    axes.add(Axis.size("cols", leastCols, 300));
    axes.addAll(List.of(more));
    return axes;
  }

  private static Extent dense(LawCase at) {
    return Extent.rows(at.at("rows"), at.at("cols"));
  }

  private static Extent column(LawCase at) {
    return Extent.rows(at.at("rows"));
  }

  private static void reductions(List<CallKernel> all, ReduceKind kind) {
    int least = kind == ReduceKind.MAX ? 1 : 0;
    Tolerance exact = kind == ReduceKind.MAX ? Tolerance.BITS : new Tolerance(1e-5, 1e-3);
    List<Trait<KernelCall>> traits = new ArrayList<>();
    traits.add(ROWS);
    traits.add(permutes(0, "x", "y", "index"));
    traits.add(new Trait.KeepsNan<>("x"));
    if (kind == ReduceKind.SUM) {
      traits.add(new Trait.Linear<>("x", "y"));
    }
    if (kind != ReduceKind.MAX) {
      traits.add(new Trait.Permutes<>(Map.of("x", 1), exact));
    }
    all.add(
        new CallKernel(
            "reduce " + kind + " of rows",
            matrix(least),
            (at, o) -> {
              Buf x = o.input("x", dense(at));
              Buf y = o.output("y", column(at));
              Buf index = index(kind, o, column(at));
              return new KernelCall.Reduce(kind, x, y, index, at.at("rows"), at.at("cols"), 1);
            },
            traits));
    List<Axis> columns =
        List.of(Axis.size("outer", 0, 3), Axis.size("n", least, 1200), Axis.size("inner", 0, 300));
    all.add(
        new CallKernel(
            "reduce " + kind + " of columns",
            columns,
            (at, o) -> {
              long outer = at.at("outer");
              long n = at.at("n");
              long inner = at.at("inner");
              Extent out = Extent.rows(outer, inner);
              Buf x = o.input("x", Extent.rows(outer, n, inner));
              Buf y = o.output("y", out);
              return new KernelCall.Reduce(kind, x, y, index(kind, o, out), outer, n, inner);
            },
            List.of(new Trait.Rows<>("outer"), new Trait.KeepsNan<>("x"))));
    all.add(
        new CallKernel(
            "reduce " + kind + " of long rows",
            List.of(Axis.size("rows", 0, 2), Axis.size("cols", least, 200_003)),
            (at, o) -> {
              Buf x = o.input("x", dense(at));
              Buf y = o.output("y", column(at));
              Buf index = index(kind, o, column(at));
              return new KernelCall.Reduce(kind, x, y, index, at.at("rows"), at.at("cols"), 1);
            },
            List.of(ROWS)));
  }

  private static Buf index(ReduceKind kind, Operands o, Extent extent) {
    return kind == ReduceKind.MAX ? o.output("index", DType.I64, extent) : Buf.NONE;
  }

  private static void softmax(List<CallKernel> all) {
    for (boolean log : new boolean[] {false, true}) {
      String name = log ? "log-softmax" : "softmax";
      all.add(
          new CallKernel(
              name,
              matrix(0),
              (at, o) ->
                  new KernelCall.Softmax(
                      log,
                      o.input("x", dense(at)),
                      o.output("y", dense(at)),
                      at.at("rows"),
                      at.at("cols")),
              List.of(
                  ROWS,
                  permutes(0, "x", "y"),
                  new Trait.Permutes<>(Map.of("x", 1, "y", 1), SUMS),
                  new Trait.ShiftInvariant<>("x", "y", Tolerance.BITS),
                  new Trait.KeepsNan<>("x"),
                  new Trait.Derivative<>(
                      "x",
                      "y",
                      (call, dout, din) -> {
                        KernelCall.Softmax c = (KernelCall.Softmax) call;
                        run(
                            new KernelCall.SoftmaxGrad(
                                c.log(), c.y(), dout, din, c.rows(), c.cols()));
                      }))));
      List<Trait<KernelCall>> traits = new ArrayList<>();
      traits.add(ROWS);
      traits.add(permutes(0, "y", "dy", "dx"));
      traits.add(new Trait.Linear<>("dy", "dx"));
      if (!log) { // diag(y) - y y^T is its own transpose
        traits.add(
            new Trait.Derivative<>(
                "dy",
                "dx",
                (call, dout, din) -> {
                  KernelCall.SoftmaxGrad c = (KernelCall.SoftmaxGrad) call;
                  run(new KernelCall.SoftmaxGrad(false, c.y(), dout, din, c.rows(), c.cols()));
                }));
      }
      all.add(
          new CallKernel(
              name + " gradient",
              matrix(0),
              (at, o) ->
                  new KernelCall.SoftmaxGrad(
                      log,
                      o.input("y", dense(at), bits -> Operands.positive(bits) / 2),
                      o.input("dy", dense(at)),
                      o.output("dx", dense(at)),
                      at.at("rows"),
                      at.at("cols")),
              traits));
    }
  }

  /** Labels, one in eight of them the ignored one. */
  private static Buf labels(LawCase at, Operands o) {
    int cols = at.at("cols");
    return o.integers(
        "labels",
        DType.I64,
        column(at),
        bits -> (bits & 7) == 0 ? IGNORED : Long.remainderUnsigned(bits >>> 3, cols));
  }

  private static void crossEntropy(List<CallKernel> all) {
    all.add(
        new CallKernel(
            "cross entropy",
            matrix(1),
            (at, o) ->
                new KernelCall.CrossEntropy(
                    o.input("logits", dense(at)),
                    labels(at, o),
                    o.output("losses", column(at)),
                    o.output("logSumExp", column(at)),
                    at.at("rows"),
                    at.at("cols"),
                    IGNORED),
            List.of(
                ROWS,
                permutes(0, "logits", "labels", "losses", "logSumExp"),
                new Trait.ShiftInvariant<>("logits", "losses", SUMS),
                new Trait.Derivative<>(
                    "logits",
                    "losses",
                    (call, dout, din) -> {
                      KernelCall.CrossEntropy c = (KernelCall.CrossEntropy) call;
                      run(
                          new KernelCall.CrossEntropyGrad(
                              c.logits(),
                              c.labels(),
                              c.logSumExp(),
                              dout,
                              din,
                              c.rows(),
                              c.cols(),
                              c.ignoreIndex()));
                    }))));
    all.add(
        new CallKernel(
            "cross entropy gradient",
            matrix(1),
            (at, o) ->
                new KernelCall.CrossEntropyGrad(
                    o.input("logits", dense(at)),
                    labels(at, o),
                    o.input("logSumExp", column(at)),
                    o.input("dlosses", column(at)),
                    o.output("dlogits", dense(at)),
                    at.at("rows"),
                    at.at("cols"),
                    IGNORED),
            List.of(
                ROWS,
                permutes(0, "logits", "labels", "logSumExp", "dlosses", "dlogits"),
                new Trait.Linear<>("dlosses", "dlogits"))));
  }

  private static void rope(List<CallKernel> all) {
    List<Axis> axes =
        List.of(
            Axis.size("rows", 0, 400),
            Axis.size("heads", 1, 3),
            Axis.size("half", 1, 70),
            Axis.choice("inverse", 2));
    all.add(
        new CallKernel(
            "rope",
            axes,
            (at, o) -> {
              Extent x = Extent.rows(at.at("rows"), 2L * at.at("heads") * at.at("half"));
              Extent table = Extent.of(9, at.at("half"));
              return new KernelCall.Rope(
                  o.input("x", x),
                  o.output("y", x),
                  o.input("cos", table),
                  o.input("sin", table),
                  o.integers(
                      "positions", DType.I32, column(at), bits -> Long.remainderUnsigned(bits, 9)),
                  at.at("rows"),
                  at.at("heads"),
                  2 * at.at("half"),
                  at.at("inverse") == 1);
            },
            List.of(
                ROWS,
                permutes(0, "x", "y", "positions"),
                new Trait.KeepsNan<>("x"),
                new Trait.Linear<>("x", "y"),
                new Trait.Derivative<>(
                    "x",
                    "y",
                    (call, dout, din) -> {
                      KernelCall.Rope c = (KernelCall.Rope) call;
                      run(
                          new KernelCall.Rope(
                              dout,
                              din,
                              c.cos(),
                              c.sin(),
                              c.positions(),
                              c.rows(),
                              c.heads(),
                              c.dim(),
                              !c.inverse()));
                    }))));
  }

  private static final float[] CHANCES = {0f, 0.1f, 0.75f, 1f};

  private static KernelCall dropout(LawCase at, Operands o, Buf keys) {
    return new KernelCall.Dropout(
        o.input("x", dense(at)),
        keys,
        o.output("y", dense(at)),
        at.at("rows"),
        at.at("cols"),
        CHANCES[at.at("p")],
        0x1234_5678_9ABC_DEF0L,
        11);
  }

  private static final Trait<KernelCall> DROPS_ITS_GRADIENT =
      new Trait.Derivative<>(
          "x",
          "y",
          (call, dout, din) -> {
            KernelCall.Dropout c = (KernelCall.Dropout) call;
            run(
                new KernelCall.Dropout(
                    dout, c.rowKeys(), din, c.rows(), c.cols(), c.p(), c.key(), c.site()));
          });

  private static CallKernel dropout() {
    return new CallKernel(
        "dropout",
        matrix(0, Axis.choice("p", CHANCES.length)),
        (at, o) -> dropout(at, o, o.integers("keys", DType.I64, column(at), bits -> bits >> 7)),
        List.of(
            ROWS, permutes(0, "x", "keys", "y"), new Trait.Linear<>("x", "y"), DROPS_ITS_GRADIENT));
  }

  private static CallKernel dropoutByRow() {
    return new CallKernel(
        "dropout by row number",
        matrix(0, Axis.choice("p", CHANCES.length)),
        (at, o) -> dropout(at, o, Buf.NONE),
        List.of(new Trait.Linear<>("x", "y"), DROPS_ITS_GRADIENT));
  }

  private static CallKernel topK() {
    return new CallKernel(
        "top-k",
        matrix(1, Axis.size("k", 1, 9)),
        (at, o) -> {
          int k = Math.min(at.at("k"), at.at("cols"));
          Extent best = Extent.rows(at.at("rows"), k);
          return new KernelCall.TopK(
              o.input("x", dense(at)),
              o.output("values", best),
              o.output("indices", DType.I64, best),
              at.at("rows"),
              at.at("cols"),
              k);
        },
        List.of(ROWS, permutes(0, "x", "values", "indices"), new Trait.KeepsNan<>("x")));
  }
}
