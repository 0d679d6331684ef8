package dev.weft.tensor.backend.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the sources of {@link PackedKernel} and {@link StridedKernel}: one shape of code for every
 * tile height, so that 14 rows of two vectors is not typed by hand. Run {@link #main} with the
 * source folder after a change here; {@code MicroKernelSourceTest} fails while the files differ.
 */
final class MicroKernelSource {
  private static final int[] HEIGHTS = {14, 8, 6, 4, 2, 1};

  private MicroKernelSource() {}

  /** Writes both sources below the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).resolve("dev/weft/tensor/backend/vector");
    Files.writeString(folder.resolve("PackedKernel.java"), packed());
    Files.writeString(folder.resolve("StridedKernel.java"), strided());
  }

  static String packed() {
    return source(
        "PackedKernel",
        """
        /**
         * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, A in panels of {@link
         * Tile#PANEL}: element (i, p) at {@code p * PANEL + i}. B is a panel of COLUMNS columns, element
         * (p, j) at {@code p * COLUMNS + j}, and C a tile of rows of COLUMNS.
         *
         * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
         */
        """,
        true);
  }

  static String strided() {
    return source(
        "StridedKernel",
        """
        /**
         * {@code C[i, j] = fma(A[i, p], B[p, j], C[i, j])} for p in order, A in rows of {@link
         * Tile#COLUMNS} as a tile is stored: element (i, p) at {@code i * COLUMNS + p}. B is a panel of
         * COLUMNS columns, element (p, j) at {@code p * COLUMNS + j}, and C a tile of rows of COLUMNS.
         *
         * <p>Written by {@code MicroKernelSource} in the tests, one method for each tile height.
         */
        """,
        false);
  }

  private static String source(String name, String javadoc, boolean packed) {
    StringBuilder s = new StringBuilder();
    s.append("package dev.weft.tensor.backend.vector;\n\n");
    s.append("import static dev.weft.tensor.backend.vector.Tile.COLUMNS;\n");
    s.append("import static dev.weft.tensor.backend.vector.Tile.LANES;\n");
    if (packed) {
      s.append("import static dev.weft.tensor.backend.vector.Tile.PANEL;\n");
    }
    s.append("import static dev.weft.tensor.backend.vector.Tile.SPECIES;\n\n");
    s.append("import jdk.incubator.vector.FloatVector;\n\n");
    s.append(javadoc);
    s.append("final class ").append(name).append(" {\n");
    s.append("  private ").append(name).append("() {}\n\n");
    s.append(
        "  /** Runs the kernel of {@code rows} rows, one of {@link Tile#height}'s values. */\n");
    s.append("  static void run(int rows, int k, float[] a, int ao, float[] b, int bo, float[] c,");
    s.append(" int co) {\n    switch (rows) {\n");
    for (int rows : HEIGHTS) {
      s.append("      case ").append(rows).append(" -> rows").append(rows);
      s.append("(k, a, ao, b, bo, c, co);\n");
    }
    s.append(
        "      default -> throw new IllegalArgumentException(\"rows: \" + rows);\n    }\n  }\n");
    for (int rows : HEIGHTS) {
      method(s, rows, packed);
    }
    return s.append("}\n").toString();
  }

  private static void method(StringBuilder s, int rows, boolean packed) {
    s.append("\n  private static void rows").append(rows);
    s.append("(int k, float[] a, int ao, float[] b, int bo, float[] c, int co) {\n");
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < 2; v++) {
        s.append("    FloatVector c").append(i).append("v").append(v);
        s.append(" = FloatVector.fromArray(SPECIES, c, co").append(tile(i, v)).append(");\n");
      }
    }
    s.append("    for (int p = 0; p < k; p++) {\n");
    s.append("      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS);\n");
    s.append(
        "      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + p * COLUMNS + LANES);\n");
    for (int i = 0; i < rows; i++) {
      String index =
          packed
              ? "ao + p * PANEL" + (i == 0 ? "" : " + " + i)
              : "ao + p" + (i == 0 ? "" : " + " + i + " * COLUMNS");
      s.append("      FloatVector a").append(i).append(" = FloatVector.broadcast(SPECIES, a[");
      s.append(index).append("]);\n");
      for (int v = 0; v < 2; v++) {
        String acc = "c" + i + "v" + v;
        s.append("      ").append(acc).append(" = a").append(i).append(".fma(b").append(v);
        s.append(", ").append(acc).append(");\n");
      }
    }
    s.append("    }\n");
    for (int i = 0; i < rows; i++) {
      for (int v = 0; v < 2; v++) {
        s.append("    c").append(i).append("v").append(v);
        s.append(".intoArray(c, co").append(tile(i, v)).append(");\n");
      }
    }
    s.append("  }\n");
  }

  private static String tile(int row, int vector) {
    String at = row == 0 ? "" : row == 1 ? " + COLUMNS" : " + " + row + " * COLUMNS";
    return at + (vector == 0 ? "" : " + LANES");
  }
}
