package dev.weft.tensor.backend.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the sources of {@link PackedKernel}, {@link StridedKernel} and {@link StreamKernel}: one
 * shape of code for every tile height, so that 14 rows of two vectors is not typed by hand. Run
 * {@link #main} with the source folder after a change here; {@code MicroKernelSourceTest} fails
 * while the files differ.
 */
final class MicroKernelSource {
  private static final int[] HEIGHTS = {14, 12, 10, 8, 6, 4, 2, 1};
  private static final int[] STREAM_HEIGHTS = {12, 10, 8, 6, 4, 2, 1};

  private MicroKernelSource() {}

  /**
   * What the kernels differ in.
   *
   * @param step what a step of k moves in A
   * @param row what a row moves in A, empty for one element
   * @param streams whether B is native memory, and not an array
   */
  private record Form(String step, String row, boolean streams) {
    /** Steps of k that an iteration takes. */
    int steps() {
      return streams ? 2 : 1;
    }

    /** Where row i of A has step {@code u} of an iteration. */
    String element(int i, int u) {
      String rows = row.isEmpty() ? " + " + i : " + " + i + " * " + row;
      return "ao + p" + (u == 0 ? "" : " + " + u) + step + (i == 0 ? "" : rows);
    }

    /** Vector v of B's row of step {@code u} of an iteration. */
    String vector(int v, int u) {
      if (streams) {
        int part = 2 * u + v;
        String at = part == 0 ? "at" : part == 1 ? "at + part" : "at + " + part + " * part";
        return "FloatVector.fromMemorySegment(SPECIES, b, " + at + ", Species.ORDER)";
      }
      String lanes = v == 0 ? "" : " + LANES";
      return "FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS" + lanes + ")";
    }

    int[] heights() {
      return streams ? STREAM_HEIGHTS : HEIGHTS;
    }

    /** What is counted in A, if it is an operand; one row has no use for the stride. */
    String distance(int rows) {
      return !step.isEmpty() ? "step" : row.equals("stride") && rows > 1 ? "stride" : "";
    }

    String operands(int rows) {
      return "int k, float[] a, int ao, "
          + (distance(rows).isEmpty() ? "" : "int " + distance(rows) + ", ")
          + (streams
              ? "MemorySegment b, long bo, long part, float[] from, float[] c"
              : "float[] b, int bo, float[] from, int fo, float[] c, int co");
    }

    String arguments(int rows) {
      return "(k, a, ao, "
          + (distance(rows).isEmpty() ? "" : distance(rows) + ", ")
          + (streams ? "b, bo, part, from, c)" : "b, bo, from, fo, c, co)");
    }
  }

  /** Writes the sources below the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).resolve("dev/weft/tensor/backend/vector");
    Files.writeString(folder.resolve("PackedKernel.java"), packed());
    Files.writeString(folder.resolve("StridedKernel.java"), strided());
    Files.writeString(folder.resolve("StreamKernel.java"), stream());
  }

  static String packed() {
    return source(
        "PackedKernel",
        """
        /**
         * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, A in columns {@code step} apart:
         * element (i, p) at {@code p * step + i}. B is a panel of COLUMNS columns, element (p, j) at {@code
         * p * COLUMNS + j}, and C a tile of rows of COLUMNS that starts as the tile in {@code from}, which
         * may be C.
         *
         * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
         */
        """,
        new Form(" * step", "", false));
  }

  static String strided() {
    return source(
        "StridedKernel",
        """
        /**
         * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, A in rows {@code stride} apart:
         * element (i, p) at {@code i * stride + p}. B is a panel of COLUMNS columns, element (p, j) at
         * {@code p * COLUMNS + j}, and C a tile of rows of COLUMNS that starts as the tile in {@code from},
         * which may be C.
         *
         * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
         */
        """,
        new Form("", "stride", false));
  }

  static String stream() {
    return source(
        "StreamKernel",
        """
        /**
         * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, two at a time (the last step of
         * an odd {@code k} is left), A in rows of {@link Tile#PIECE}: element (i, p) at {@code i * PIECE +
         * p}, p below PIECE. B is a panel of COLUMNS columns in native memory as {@link KeptPanels} has it,
         * in four parts {@code part} bytes apart, and C a tile of rows of COLUMNS that starts as {@code
         * from}, which may be C.
         *
         * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
         */
        """,
        new Form("", "PIECE", true));
  }

  private static String source(String name, String javadoc, Form form) {
    StringBuilder s = new StringBuilder();
    s.append("package dev.weft.tensor.backend.vector;\n\n");
    s.append("import static dev.weft.tensor.backend.vector.Tile.COLUMNS;\n");
    s.append("import static dev.weft.tensor.backend.vector.Tile.LANES;\n");
    if (form.streams()) {
      s.append("import static dev.weft.tensor.backend.vector.Tile.PIECE;\n");
    }
    s.append("import static dev.weft.tensor.backend.vector.Tile.SPECIES;\n\n");
    if (form.streams()) {
      s.append("import java.lang.foreign.MemorySegment;\n");
    }
    s.append("import jdk.incubator.vector.FloatVector;\n\n");
    s.append(javadoc);
    s.append("final class ").append(name).append(" {\n");
    s.append("  private ").append(name).append("() {}\n\n");
    s.append(
        "  /** Runs the kernel of {@code rows} rows, one of {@link Tile#height}'s values. */\n");
    signature(s, "static void run", "int rows, " + form.operands(form.heights()[0]));
    s.append("    switch (rows) {\n");
    for (int rows : form.heights()) {
      s.append("      case ").append(rows).append(" -> rows").append(rows);
      s.append(form.arguments(rows)).append(";\n");
    }
    s.append(
        "      default -> throw new IllegalArgumentException(\"rows: \" + rows);\n    }\n  }\n");
    for (int rows : form.heights()) {
      method(s, rows, form);
    }
    return s.append("}\n").toString();
  }

  private static void method(StringBuilder s, int rows, Form form) {
    String start = form.streams() ? "0" : "fo";
    String end = form.streams() ? "0" : "co";
    s.append("\n");
    signature(s, "private static void rows" + rows, form.operands(rows));
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < 2; v++) {
        s.append("    FloatVector c").append(i).append("v").append(v);
        s.append(" = FloatVector.fromArray(SPECIES, from, ")
            .append(tile(start, i, v))
            .append(");\n");
      }
    }
    if (form.streams()) {
      s.append("    for (int p = 0; p < k - 1; p += 2) {\n");
      s.append("      long at = bo + 2L * LANES * p;\n");
    } else {
      s.append("    for (int p = 0; p < k; p++) {\n");
    }
    for (int u = 0; u < form.steps(); u++) {
      step(s, rows, form, u);
    }
    s.append("    }\n");
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < 2; v++) {
        s.append("    c").append(i).append("v").append(v);
        s.append(".intoArray(c, ").append(tile(end, i, v)).append(");\n");
      }
    }
    s.append("  }\n");
  }

  private static void step(StringBuilder s, int rows, Form form, int u) {
    String of = u == 0 ? "" : "n"; // the next step's
    for (int v = 0; v < 2; v++) {
      declare(s, "b" + of + v, form.vector(v, u));
    }
    for (int i = 0; i < rows; i++) {
      String a = "a" + of + i;
      declare(s, a, "FloatVector.broadcast(SPECIES, a[" + form.element(i, u) + "])");
      for (int v = 0; v < 2; v++) {
        String acc = "c" + i + "v" + v;
        s.append("      ").append(acc).append(" = ").append(a).append(".fma(b").append(of);
        s.append(v).append(", ").append(acc).append(");\n");
      }
    }
  }

  private static void signature(StringBuilder s, String name, String operands) {
    String rest = operands + ") {";
    s.append("  ").append(name).append("(");
    if (s.length() - s.lastIndexOf("\n") - 1 + rest.length() > 100) {
      boolean fits = 6 + rest.length() <= 100;
      s.append("\n      ");
      rest = fits ? rest : rest.replace(", ", ",\n      ");
    }
    s.append(rest).append("\n");
  }

  private static void declare(StringBuilder s, String name, String value) {
    s.append("      FloatVector ").append(name).append(" = ").append(value).append(";\n");
  }

  private static String tile(String from, int row, int vector) {
    StringBuilder at = new StringBuilder(from);
    if (row > 0) {
      at.append(" + ").append(row == 1 ? "" : row + " * ").append("COLUMNS");
    }
    if (vector > 0) {
      at.append(" + LANES");
    }
    return at.toString().startsWith("0 + ") ? at.substring(4) : at.toString();
  }
}
