package dev.weft.tensor.backend;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.BinaryKind;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Tolerance;
import dev.weft.tensor.laws.Trait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kernels that treat every element alone, under the laws. */
final class ElementKernels {
  /** Some more than two tasks of a kernel. */
  private static final int MANY = 2 * Tasks.ELEMENTS + 5;

  private static final List<DType> TYPES = List.of(DType.values());
  private static final List<Axis> ELEMENTS = List.of(Axis.size("n", 0, MANY));
  private static final List<Axis> STRIDED =
      List.of(
          Axis.size("rows", 0, 300),
          Axis.size("cols", 0, 300),
          Axis.choice("a", 6),
          Axis.choice("b", 6));

  private ElementKernels() {}

  static List<CallKernel> all() {
    List<CallKernel> all = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      all.add(unary(kind));
      all.add(unaryGrad(kind));
    }
    for (BinaryKind kind : BinaryKind.values()) {
      all.add(
          new CallKernel(
              "binary " + kind,
              STRIDED,
              (at, o) -> binary(kind, at, o),
              List.of(new Trait.Rows<>("rows"), permutes(0, "a", "b", "y"))));
    }
    all.add(
        new CallKernel(
            "affine",
            ELEMENTS,
            (at, o) ->
                new KernelCall.Affine(
                    o.input("x", elements(at)), o.output("y", elements(at)), 1.7f, -0.3f),
            List.of(
                new Trait.Rows<>("n"),
                permutes(0, "x", "y"),
                new Trait.KeepsNan<>("x"),
                new Trait.Derivative<>(
                    "x",
                    "y",
                    (call, dout, din) ->
                        run(
                            new KernelCall.Affine(
                                dout, din, ((KernelCall.Affine) call).scale(), 0))))));
    all.add(
        new CallKernel(
            "accumulate",
            STRIDED,
            ElementKernels::accumulate,
            List.of(
                new Trait.Rows<>("rows"),
                permutes(0, "a", "out"),
                new Trait.KeepsNan<>("out"),
                new Trait.Linear<>("a", "out"))));
    List<Axis> casts = new ArrayList<>(STRIDED);
    casts.add(Axis.choice("from", TYPES.size()));
    casts.add(Axis.choice("to", TYPES.size()));
    all.add(
        new CallKernel(
            "copy",
            casts,
            ElementKernels::copy,
            List.of(new Trait.Rows<>("rows"), permutes(0, "a", "out"))));
    all.add(
        new CallKernel(
            "fill",
            List.of(Axis.size("n", 0, MANY), Axis.choice("to", TYPES.size())),
            (at, o) ->
                new KernelCall.Fill(
                    o.output("out", TYPES.get(at.at("to")), elements(at)), at.seed() % 200 / 2.0),
            List.of()));
    all.add(adamW());
    return all;
  }

  /** Runs what a transposed derivative is made of, on the backend that is tried. */
  static void run(KernelCall call) {
    CallKernel.tried().run(call);
  }

  /** Operands that change places together along one dim, to the bit. */
  static Trait<KernelCall> permutes(int dim, String... operands) {
    Map<String, Integer> dims = new HashMap<>();
    for (String operand : operands) {
      dims.put(operand, dim);
    }
    return new Trait.Permutes<>(dims, Tolerance.BITS);
  }

  private static Extent elements(LawCase at) {
    return Extent.rows(at.at("n"));
  }

  private static CallKernel unary(UnaryKind kind) {
    boolean positive = kind == UnaryKind.LOG || kind == UnaryKind.SQRT;
    List<Trait<KernelCall>> traits = new ArrayList<>();
    traits.add(new Trait.Rows<>("n"));
    traits.add(permutes(0, "x", "y"));
    traits.add(new Trait.KeepsNan<>("x"));
    if (kind != UnaryKind.RELU && !positive) {
      traits.add(new Trait.Derivative<>("x", "y", ElementKernels::transposed));
    }
    return new CallKernel(
        "unary " + kind,
        ELEMENTS,
        (at, o) ->
            new KernelCall.Unary(kind, o.input("x", elements(at)), o.output("y", elements(at))),
        traits);
  }

  private static void transposed(KernelCall call, Buf dout, Buf din) {
    KernelCall.Unary unary = (KernelCall.Unary) call;
    Buf saved =
        switch (unary.kind()) {
          case EXP, SQRT, TANH, SIGMOID, RELU -> unary.y();
          case NEG, LOG, ERF, GELU, GELU_TANH, SILU -> unary.x();
        };
    run(new KernelCall.UnaryGrad(unary.kind(), saved, dout, din));
  }

  private static CallKernel unaryGrad(UnaryKind kind) {
    return new CallKernel(
        "unary gradient " + kind,
        ELEMENTS,
        (at, o) ->
            new KernelCall.UnaryGrad(
                kind,
                kind == UnaryKind.LOG || kind == UnaryKind.SQRT
                    ? o.input("saved", elements(at), Operands::positive)
                    : o.input("saved", elements(at)),
                o.input("dy", elements(at)),
                o.output("dx", elements(at))),
        List.of(
            new Trait.Rows<>("n"),
            permutes(0, "saved", "dy", "dx"),
            new Trait.Linear<>("dy", "dx")));
  }

  private static Extent layout(LawCase at, String axis) {
    long rows = at.at("rows");
    long cols = at.at("cols");
    long[] strides =
        switch (at.at(axis)) {
          case 0 -> new long[] {cols, 1};
          case 1 -> new long[] {cols + 3, 1};
          case 2 -> new long[] {1, rows};
          case 3 -> new long[] {0, 1};
          case 4 -> new long[] {1, 0};
          default -> new long[] {0, 0};
        };
    return Extent.rows(rows, cols).strided(strides);
  }

  private static long[] dims(LawCase at) {
    return new long[] {at.at("rows"), at.at("cols")};
  }

  private static Extent dense(LawCase at) {
    return Extent.rows(dims(at));
  }

  private static KernelCall binary(BinaryKind kind, LawCase at, Operands o) {
    Extent a = layout(at, "a");
    Extent b = layout(at, "b");
    return new KernelCall.Binary(
        kind,
        o.input("a", a),
        a.strides(),
        o.input("b", b),
        b.strides(),
        o.output("y", dense(at)),
        dims(at));
  }

  /** Outputs that neither repeat nor overlap. */
  private static Extent written(LawCase at) {
    Extent b = layout(at, "b");
    return at.at("b") > 2 ? dense(at) : b;
  }

  private static KernelCall accumulate(LawCase at, Operands o) {
    Extent in = layout(at, "a");
    Extent out = written(at);
    return new KernelCall.Accumulate(
        o.input("a", in), in.strides(), o.updated("out", out), out.strides(), dims(at));
  }

  private static KernelCall copy(LawCase at, Operands o) {
    DType from = TYPES.get(at.at("from"));
    DType to = TYPES.get(at.at("to"));
    Extent in = layout(at, "a");
    Extent out = written(at);
    return new KernelCall.Copy(
        o.input("a", from, in), in.strides(), o.output("out", to, out), out.strides(), dims(at));
  }

  private static CallKernel adamW() {
    return new CallKernel(
        "adamw",
        List.of(Axis.size("n", 0, MANY), Axis.choice("beta", 2)),
        (at, o) ->
            new KernelCall.AdamW(
                o.updated("parameter", elements(at)),
                o.input("gradient", elements(at)),
                o.updated("m", elements(at)),
                o.updated("v", elements(at), Operands::positive),
                1e-3f,
                at.at("beta") == 0 ? 0.9f : 0.4f,
                0.999f,
                1e-8f,
                0.01f,
                0.5f,
                3),
        List.of(
            new Trait.Rows<>("n"),
            permutes(0, "parameter", "gradient", "m", "v"),
            new Trait.KeepsNan<>("parameter"),
            new Trait.KeepsNan<>("gradient")));
  }
}
