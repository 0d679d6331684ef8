package dev.weft.tensor.backend;

import static dev.weft.tensor.backend.ElementKernels.run;

import dev.weft.tensor.DType;
import dev.weft.tensor.Kept;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.Matrix;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Trait;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;

/** GEMM under the laws: every layout, dtype and epilogue, and plainly in floats. */
final class GemmKernels {
  private static final List<Activation> ACTIVATIONS = List.of(Activation.values());
  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

  /** Dense, padded, transposed, scattered, the same matrix for the whole batch. */
  private static final int LAYOUTS = 5;

  private GemmKernels() {}

  static List<CallKernel> all() {
    List<Axis> plain =
        List.of(
            Axis.size("batch", 0, 3),
            Axis.size("m", 0, 150),
            Axis.size("n", 0, 170),
            Axis.size("k", 0, 500),
            Axis.choice("aLayout", LAYOUTS - 1),
            Axis.choice("bLayout", LAYOUTS),
            Axis.choice("cLayout", LAYOUTS - 1));
    List<Axis> whole =
        List.of(
            Axis.size("batch", 0, 3),
            Axis.size("m", 0, 60),
            Axis.size("n", 0, 130),
            Axis.size("k", 0, 900),
            Axis.choice("aLayout", LAYOUTS),
            Axis.choice("bLayout", LAYOUTS),
            Axis.choice("cLayout", LAYOUTS - 1),
            Axis.choice("aType", TYPES.size()),
            Axis.choice("bType", TYPES.size()),
            Axis.choice("init", 2),
            Axis.choice("alpha", 2),
            Axis.choice("bias", 2),
            Axis.choice("activation", ACTIVATIONS.size()),
            Axis.choice("preActivation", 2),
            Axis.choice("gate", 2),
            Axis.choice("residual", 2));
    return List.of(
        new CallKernel("gemm", whole, GemmKernels::gemm, List.of(new Trait.Rows<>("m"), inPlace())),
        new CallKernel(
            "gemm of kept weights",
            Stream.concat(Stream.of(Axis.size("batch", 1, 1)), whole.stream().skip(1)).toList(),
            GemmKernels::kept,
            List.of(new Trait.Rows<>("m"), inPlace())),
        new CallKernel(
            "gemm of floats",
            plain,
            GemmKernels::product,
            List.of(
                new Trait.Rows<>("m"),
                ElementKernels.permutes(1, "a", "c"),
                new Trait.Linear<>("a", "c"),
                new Trait.Linear<>("b", "c"),
                new Trait.Derivative<>("a", "c", GemmKernels::transposed))));
  }

  private static Trait<KernelCall> inPlace() {
    return new Trait.InPlace<>("init", "c");
  }

  private static Extent extent(LawCase at, String layout, long rows, long cols) {
    long batch = Math.max(1, rows) * (3 * Math.max(1, cols) + 2);
    long[] strides =
        switch (at.at(layout)) {
          case 0 -> new long[] {rows * cols, cols, 1};
          case 1 -> new long[] {batch, cols + 2, 1};
          case 2 -> new long[] {rows * cols + 3 * cols, 1, rows + 2};
          case 3 -> new long[] {batch, 3 * cols + 1, 2};
          default -> new long[] {0, cols, 1};
        };
    return Extent.of(at.at("batch"), rows, cols).strided(strides);
  }

  private static Matrix matrix(Buf buf, Extent extent) {
    long[] strides = extent.strides();
    return new Matrix(buf, strides[1], strides[2], strides[0]);
  }

  private static KernelCall gemm(LawCase at, Operands o) {
    int m = at.at("m");
    int n = at.at("n");
    int k = at.at("k");
    Extent a = extent(at, "aLayout", m, k).alongRows(1);
    Extent b = extent(at, "bLayout", k, n);
    Extent c = extent(at, "cLayout", m, n).alongRows(1);
    // Drawn before the output that may lie in its place.
    Matrix init = at.at("init") == 1 ? matrix(o.input("init", c), c) : Matrix.NONE;
    return new KernelCall.Gemm(
        at.at("batch"),
        m,
        n,
        k,
        matrix(o.input("a", TYPES.get(at.at("aType")), a), a),
        matrix(o.input("b", TYPES.get(at.at("bType")), b), b),
        matrix(o.output("c", c), c),
        init,
        at.at("alpha") == 1 ? 0.3f : 1f,
        at.at("bias") == 1 ? o.input("bias", Extent.of(n)) : Buf.NONE,
        ACTIVATIONS.get(at.at("activation")),
        at.at("preActivation") == 1 ? matrix(o.output("preActivation", c), c) : Matrix.NONE,
        at.at("gate") == 1 ? matrix(o.input("gate", c), c) : Matrix.NONE,
        at.at("residual") == 1 ? matrix(o.input("residual", c), c) : Matrix.NONE);
  }

  /** Its B says that it never changes; {@link CallKernel} lets that be true of one run. */
  private static KernelCall kept(LawCase at, Operands o) {
    KernelCall.Gemm g = (KernelCall.Gemm) gemm(at, o);
    Buf b = g.b().buf();
    return withB(
        g, with(g.b(), new Buf(b.segment(), b.offset(), b.dtype(), b.length(), new Kept())));
  }

  private static KernelCall.Gemm withB(KernelCall.Gemm g, Matrix b) {
    return new KernelCall.Gemm(
        g.batch(),
        g.m(),
        g.n(),
        g.k(),
        g.a(),
        b,
        g.c(),
        g.init(),
        g.alpha(),
        g.bias(),
        g.activation(),
        g.preActivation(),
        g.gate(),
        g.residual());
  }

  /** Runs a product whose B has been in two others, with panels that are kept for this run. */
  static void runKept(Backend backend, KernelCall.Gemm g) {
    Buf b = g.b().buf();
    try (Kept kept = new Kept();
        Arena arena = Arena.ofShared()) {
      Matrix constant = with(g.b(), new Buf(b.segment(), b.offset(), b.dtype(), b.length(), kept));
      Buf row = new Buf(arena.allocate(4L * Math.max(1, g.n())), 0, DType.F32, g.n());
      KernelCall.Gemm first =
          KernelCall.Gemm.of(
              1, Math.min(1, g.m()), g.n(), g.k(), g.a(), constant, Matrix.dense(row, g.n()));
      backend.run(first);
      backend.run(first);
      backend.run(withB(g, constant));
    }
  }

  private static KernelCall product(LawCase at, Operands o) {
    int m = at.at("m");
    int n = at.at("n");
    int k = at.at("k");
    Extent a = extent(at, "aLayout", m, k).alongRows(1);
    Extent b = extent(at, "bLayout", k, n);
    Extent c = extent(at, "cLayout", m, n).alongRows(1);
    return KernelCall.Gemm.of(
        at.at("batch"),
        m,
        n,
        k,
        matrix(o.input("a", a), a),
        matrix(o.input("b", b), b),
        matrix(o.output("c", c), c));
  }

  private static void transposed(KernelCall call, Buf dout, Buf din) {
    KernelCall.Gemm g = (KernelCall.Gemm) call;
    run(
        KernelCall.Gemm.of(
            g.batch(),
            g.m(),
            g.k(),
            g.n(),
            with(g.c(), dout),
            g.b().transposed(),
            with(g.a(), din)));
  }

  private static Matrix with(Matrix x, Buf buf) {
    return new Matrix(buf, x.rowStride(), x.colStride(), x.batchStride());
  }
}
