package dev.weft.tensor.backend;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Nest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Calls of every kernel but GEMM and attention, at a number of rows and columns. */
final class KernelCases {
  /** A call to be made from fresh operands. */
  record Case(String name, Function<Operands, KernelCall> call) {}

  /** Sizes at which vectors, blocks and tails begin and end. */
  static final int[] SIZES = {1, 7, 15, 16, 17, 63, 64, 65, 1000};

  private KernelCases() {}

  /** Every kernel on [rows, cols]. */
  static List<Case> of(int rows, int cols) {
    List<Case> cases = new ArrayList<>();
    long n = (long) rows * cols;
    for (KernelCall.UnaryKind kind : KernelCall.UnaryKind.values()) {
      cases.add(new Case(kind + "", o -> new KernelCall.Unary(kind, o.floats(n), o.out(n))));
      cases.add(
          new Case(
              kind + " gradient",
              o -> new KernelCall.UnaryGrad(kind, o.floats(n), o.floats(n), o.out(n))));
    }
    long[] dims = {rows, cols};
    long[][] layouts = {{cols, 1}, {0, 1}, {1, 0}, {0, 0}, {1, rows}};
    for (KernelCall.BinaryKind kind : KernelCall.BinaryKind.values()) {
      for (long[] a : layouts) {
        for (long[] b : layouts) {
          cases.add(
              new Case(
                  kind + " " + a[0] + "," + a[1] + " " + b[0] + "," + b[1],
                  o ->
                      new KernelCall.Binary(kind, o.floats(n), a, o.floats(n), b, o.out(n), dims)));
        }
      }
    }
    cases.add(new Case("affine", o -> new KernelCall.Affine(o.floats(n), o.out(n), 1.7f, -0.3f)));
    for (long[] in : layouts) {
      cases.add(
          new Case(
              "accumulate",
              o ->
                  new KernelCall.Accumulate(o.floats(n), in, o.floats(n), Nest.dense(dims), dims)));
      for (DType from : DType.values()) {
        for (DType to : DType.values()) {
          cases.add(
              new Case(
                  "copy " + from + " to " + to,
                  o ->
                      new KernelCall.Copy(
                          o.any(from, n), in, o.out(to, n), Nest.dense(dims), dims)));
        }
      }
    }
    for (DType type : DType.values()) {
      cases.add(new Case("fill " + type, o -> new KernelCall.Fill(o.out(type, n), 3)));
    }
    addRows(cases, rows, cols);
    return cases;
  }

  private static void addRows(List<Case> cases, int rows, int cols) {
    long n = (long) rows * cols;
    for (KernelCall.ReduceKind kind : KernelCall.ReduceKind.values()) {
      cases.add(
          new Case(
              kind + " of rows",
              o ->
                  new KernelCall.Reduce(
                      kind, o.floats(n), o.out(rows), o.out(DType.I64, rows), rows, cols, 1)));
      cases.add(
          new Case(
              kind + " of columns",
              o ->
                  new KernelCall.Reduce(
                      kind, o.floats(n), o.out(cols), o.out(DType.I64, cols), 1, rows, cols)));
    }
    for (boolean log : new boolean[] {false, true}) {
      cases.add(
          new Case("softmax", o -> new KernelCall.Softmax(log, o.floats(n), o.out(n), rows, cols)));
      cases.add(
          new Case(
              "softmax gradient",
              o ->
                  new KernelCall.SoftmaxGrad(log, o.floats(n), o.floats(n), o.out(n), rows, cols)));
    }
    cases.add(
        new Case(
            "cross entropy",
            o ->
                new KernelCall.CrossEntropy(
                    o.floats(n),
                    o.ids(rows, cols, -100),
                    o.out(rows),
                    o.out(rows),
                    rows,
                    cols,
                    -100)));
    cases.add(
        new Case(
            "cross entropy gradient",
            o ->
                new KernelCall.CrossEntropyGrad(
                    o.floats(n),
                    o.ids(rows, cols, -100),
                    o.floats(rows),
                    o.floats(rows),
                    o.out(n),
                    rows,
                    cols,
                    -100)));
    addNorms(cases, rows, cols);
    for (DType type : List.of(DType.F32, DType.BF16, DType.F16)) {
      cases.add(
          new Case(
              "gather " + type,
              o ->
                  new KernelCall.Gather(
                      o.any(type, 5L * cols), o.ids(rows, 5, 2), o.out(n), 5, cols)));
    }
    cases.add(
        new Case(
            "scatter-add",
            o ->
                new KernelCall.ScatterAdd(
                    o.ids(rows, 5, 2), o.floats(n), o.floats(5L * cols), 5, cols)));
    for (float p : new float[] {0f, 0.1f, 0.75f, 1f}) {
      cases.add(
          new Case(
              "dropout " + p,
              o ->
                  new KernelCall.Dropout(
                      o.floats(n),
                      p == 0.1f ? o.ids(rows, 1 << 30, -7) : Buf.NONE,
                      o.out(n),
                      rows,
                      cols,
                      p,
                      0x1234_5678_9ABC_DEF0L,
                      11)));
    }
    int heads = cols % 3 == 0 ? 3 : 1;
    int dim = 2 * cols;
    long wide = (long) rows * heads * dim;
    for (boolean inverse : new boolean[] {false, true}) {
      cases.add(
          new Case(
              "rope",
              o ->
                  new KernelCall.Rope(
                      o.floats(wide),
                      o.out(wide),
                      o.floats(9L * cols),
                      o.floats(9L * cols),
                      o.ints(rows, 9),
                      rows,
                      heads,
                      dim,
                      inverse)));
    }
    int k = Math.min(cols, 9);
    cases.add(
        new Case(
            "topk",
            o ->
                new KernelCall.TopK(
                    o.floats(n),
                    o.out((long) rows * k),
                    o.out(DType.I64, (long) rows * k),
                    rows,
                    cols,
                    k)));
    for (float beta1 : new float[] {0.9f, 0.4f}) {
      cases.add(
          new Case(
              "adamw",
              o ->
                  new KernelCall.AdamW(
                      o.floats(n),
                      o.floats(n),
                      o.floats(n),
                      o.positive(n),
                      1e-3f,
                      beta1,
                      0.999f,
                      1e-8f,
                      0.01f,
                      0.5f,
                      3)));
    }
  }

  private static void addNorms(List<Case> cases, int rows, int cols) {
    long n = (long) rows * cols;
    for (int present = 0; present < 4; present++) {
      boolean w = present % 2 == 1;
      boolean b = present / 2 == 1;
      cases.add(
          new Case(
              "layer norm",
              o ->
                  new KernelCall.LayerNorm(
                      o.floats(n),
                      w ? o.floats(cols) : Buf.NONE,
                      b ? o.floats(cols) : Buf.NONE,
                      o.out(n),
                      o.out(rows),
                      o.out(rows),
                      rows,
                      cols,
                      1e-5f)));
      cases.add(
          new Case(
              "layer norm gradient",
              o ->
                  new KernelCall.LayerNormGrad(
                      o.floats(n),
                      w ? o.floats(cols) : Buf.NONE,
                      o.floats(rows),
                      o.positive(rows),
                      o.floats(n),
                      o.out(n),
                      w ? o.out(cols) : Buf.NONE,
                      b ? o.out(cols) : Buf.NONE,
                      rows,
                      cols)));
      cases.add(
          new Case(
              "rms norm",
              o ->
                  new KernelCall.RmsNorm(
                      o.floats(n),
                      w ? o.floats(cols) : Buf.NONE,
                      o.out(n),
                      o.out(rows),
                      rows,
                      cols,
                      1e-6f)));
      cases.add(
          new Case(
              "rms norm gradient",
              o ->
                  new KernelCall.RmsNormGrad(
                      o.floats(n),
                      w ? o.floats(cols) : Buf.NONE,
                      o.positive(rows),
                      o.floats(n),
                      b ? o.out(n) : Buf.NONE,
                      w ? o.out(cols) : Buf.NONE,
                      rows,
                      cols)));
    }
  }

  /** A hash of what {@code backend} makes of every case at some sizes, one with specials. */
  static long hash(Backend backend) {
    long hash = 1;
    for (int[] size : new int[][] {{3, 65}, {2, 7}, {260, 17}}) {
      for (Case test : of(size[0], size[1])) {
        if (test.name().startsWith("copy") || test.name().startsWith("fill")) {
          continue; // one body for both backends, without vectors
        }
        Operands operands = new Operands(42, size[0] == 3);
        backend.run(test.call().apply(operands));
        hash = hash * 31 + operands.hash();
      }
    }
    return hash;
  }
}
