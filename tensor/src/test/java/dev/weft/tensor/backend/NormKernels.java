package dev.weft.tensor.backend;

import static dev.weft.tensor.backend.ElementKernels.permutes;
import static dev.weft.tensor.backend.ElementKernels.run;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Tolerance;
import dev.weft.tensor.laws.Trait;
import java.util.ArrayList;
import java.util.List;

/** Norms, gather and scatter-add under the laws. */
final class NormKernels {
  private static final Trait<KernelCall> ROWS = new Trait.Rows<>("rows");
  private static final List<DType> TABLES = List.of(DType.BF16, DType.F16);

  private NormKernels() {}

  static List<CallKernel> all() {
    return List.of(
        new CallKernel(
            "layer norm",
            matrix(1),
            NormKernels::layerNorm,
            List.of(ROWS, permutes(0, "x", "y", "mean", "rstd"), new Trait.KeepsNan<>("x"))),
        // Of few columns the derivative is no number that differences can find.
        new CallKernel(
            "layer norm of wide rows",
            matrix(12),
            NormKernels::layerNorm,
            List.of(
                new Trait.ShiftInvariant<>("x", "y", new Tolerance(1e-4, 1e-4)),
                new Trait.Derivative<>("x", "y", NormKernels::layerNormTransposed))),
        new CallKernel(
            "layer norm gradient",
            matrix(1),
            NormKernels::layerNormGrad,
            List.of(ROWS, new Trait.Linear<>("dy", "dx"))),
        new CallKernel(
            "rms norm",
            matrix(1),
            NormKernels::rmsNorm,
            List.of(ROWS, permutes(0, "x", "y", "rstd"), new Trait.KeepsNan<>("x"))),
        new CallKernel(
            "rms norm of wide rows",
            matrix(12),
            NormKernels::rmsNorm,
            List.of(new Trait.Derivative<>("x", "y", NormKernels::rmsNormTransposed))),
        new CallKernel("rms norm gradient", matrix(1), NormKernels::rmsNormGrad, List.of(ROWS)),
        new CallKernel(
            "gather",
            table(),
            (at, o) -> gather(at, o, DType.F32),
            List.of(
                ROWS,
                permutes(0, "ids", "out"),
                new Trait.Linear<>("table", "out"),
                new Trait.Derivative<>(
                    "table",
                    "out",
                    (call, dout, din) -> {
                      KernelCall.Gather c = (KernelCall.Gather) call;
                      run(new KernelCall.ScatterAdd(c.ids(), dout, din, c.rows(), c.cols()));
                    }))),
        new CallKernel(
            "gather of 16 bits",
            table(Axis.choice("type", TABLES.size())),
            (at, o) -> gather(at, o, TABLES.get(at.at("type"))),
            List.of(ROWS, permutes(0, "ids", "out"))),
        new CallKernel(
            "scatter-add",
            table(),
            (at, o) ->
                new KernelCall.ScatterAdd(
                    ids(at, o),
                    o.input("src", Extent.of(at.at("rows"), at.at("cols"))),
                    o.updated("out", Extent.of(at.at("vocabulary"), at.at("cols"))),
                    at.at("vocabulary"),
                    at.at("cols")),
            List.of(
                new Trait.Linear<>("src", "out"),
                new Trait.KeepsNan<>("src"),
                new Trait.Derivative<>(
                    "src",
                    "out",
                    (call, dout, din) -> {
                      KernelCall.ScatterAdd c = (KernelCall.ScatterAdd) call;
                      run(new KernelCall.Gather(dout, c.ids(), din, c.rows(), c.cols()));
                    }))));
  }

  private static List<Axis> matrix(int leastCols) {
    return List.of(
        Axis.size("rows", 0, 600),
        Axis.size("cols", leastCols, 300),
        Axis.choice("weight", 2),
        Axis.choice("bias", 2));
  }

  private static List<Axis> table(Axis... more) {
    List<Axis> axes = new ArrayList<>();
    axes.add(Axis.size("rows", 0, 600));
    axes.add(Axis.size("cols", 0, 300));
    axes.add(Axis.size("vocabulary", 1, 9));
    axes.addAll(List.of(more));
    return axes;
  }

  private static Extent dense(LawCase at) {
    return Extent.rows(at.at("rows"), at.at("cols"));
  }

  private static Extent column(LawCase at) {
    return Extent.rows(at.at("rows"));
  }

  private static Extent row(LawCase at) {
    return Extent.of(at.at("cols"));
  }

  private static Buf weight(LawCase at, Operands o) {
    return at.at("weight") == 1 ? o.input("weight", row(at)) : Buf.NONE;
  }

  private static KernelCall layerNorm(LawCase at, Operands o) {
    return new KernelCall.LayerNorm(
        o.input("x", dense(at)),
        weight(at, o),
        at.at("bias") == 1 ? o.input("bias", row(at)) : Buf.NONE,
        o.output("y", dense(at)),
        o.output("mean", column(at)),
        o.output("rstd", column(at)),
        at.at("rows"),
        at.at("cols"),
        1e-5f);
  }

  private static void layerNormTransposed(KernelCall call, Buf dout, Buf din) {
    KernelCall.LayerNorm c = (KernelCall.LayerNorm) call;
    run(
        new KernelCall.LayerNormGrad(
            c.x(),
            c.weight(),
            c.mean(),
            c.rstd(),
            dout,
            din,
            Buf.NONE,
            Buf.NONE,
            c.rows(),
            c.cols()));
  }

  private static KernelCall layerNormGrad(LawCase at, Operands o) {
    return new KernelCall.LayerNormGrad(
        o.input("x", dense(at)),
        weight(at, o),
        o.input("mean", column(at)),
        o.input("rstd", column(at), Operands::positive),
        o.input("dy", dense(at)),
        o.output("dx", dense(at)),
        at.at("weight") == 1 ? o.output("dweight", row(at)) : Buf.NONE,
        at.at("bias") == 1 ? o.output("dbias", row(at)) : Buf.NONE,
        at.at("rows"),
        at.at("cols"));
  }

  private static KernelCall rmsNorm(LawCase at, Operands o) {
    return new KernelCall.RmsNorm(
        o.input("x", dense(at)),
        weight(at, o),
        o.output("y", dense(at)),
        o.output("rstd", column(at)),
        at.at("rows"),
        at.at("cols"),
        1e-6f);
  }

  private static void rmsNormTransposed(KernelCall call, Buf dout, Buf din) {
    KernelCall.RmsNorm c = (KernelCall.RmsNorm) call;
    run(
        new KernelCall.RmsNormGrad(
            c.x(), c.weight(), c.rstd(), dout, din, Buf.NONE, c.rows(), c.cols()));
  }

  private static KernelCall rmsNormGrad(LawCase at, Operands o) {
    return new KernelCall.RmsNormGrad(
        o.input("x", dense(at)),
        weight(at, o),
        o.input("rstd", column(at), Operands::positive),
        o.input("dy", dense(at)),
        at.at("bias") == 1 ? Buf.NONE : o.output("dx", dense(at)),
        at.at("weight") == 1 ? o.output("dweight", row(at)) : Buf.NONE,
        at.at("rows"),
        at.at("cols"));
  }

  private static Buf ids(LawCase at, Operands o) {
    int vocabulary = at.at("vocabulary");
    return o.integers(
        "ids", DType.I64, column(at), bits -> Long.remainderUnsigned(bits, vocabulary));
  }

  private static KernelCall gather(LawCase at, Operands o, DType type) {
    return new KernelCall.Gather(
        o.input("table", type, Extent.of(at.at("vocabulary"), at.at("cols"))),
        ids(at, o),
        o.output("out", dense(at)),
        at.at("vocabulary"),
        at.at("cols"));
  }
}
