package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Moves tiles between the outputs of a {@link KernelCall.Gemm} and the array where they gather, and
 * finishes them: alpha, bias, activation, gate, residual while the tile is in the first cache.
 */
final class GemmEpilogue {
  /** Bytes from the first vector of a tile's row to the other. */
  private static final long NEXT = 4L * LANES;

  private static final float[] NO_SHIFT = new float[COLUMNS];

  static {
    Arrays.fill(NO_SHIFT, -0f); // x + -0 is x for every x
  }

  private GemmEpilogue() {}

  /**
   * What the chains of fma start from, as a tile: elements (i, j) .. of {@code from}, put into
   * {@code tile}, or {@link Tile#ZEROS}.
   */
  static float[] begin(Matrix from, int batch, int i, int j, int rows, int cols, float[] tile) {
    if (!from.isPresent()) {
      return Tile.ZEROS;
    }
    read(from, batch, i, j, rows, cols, tile);
    return tile;
  }

  private static void read(Matrix from, int batch, int i, int j, int rows, int cols, float[] tile) {
    Buf x = from.buf();
    if (from.colStride() == 1) {
      for (int v = 0; v < cols; v += LANES) {
        long base = byteOf(from, batch, i, j + v);
        if (v + LANES <= cols) {
          load(x.segment(), base, 4 * from.rowStride(), rows, tile, v);
        } else {
          loadEdge(x.segment(), base, 4 * from.rowStride(), rows, cols - v, tile, v);
        }
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        tile[r * COLUMNS + c] = Packing.element(x, from.index(batch, i + r, j + c));
      }
    }
  }

  /** The byte of element (i, j) of F32. */
  private static long byteOf(Matrix x, int batch, int i, int j) {
    return x.buf().offset() + 4 * x.index(batch, i, j);
  }

  private static void load(MemorySegment s, long base, long step, int rows, float[] tile, int v) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(SPECIES, s, base + r * step, Species.ORDER)
          .intoArray(tile, v + r * COLUMNS);
    }
  }

  private static void loadEdge(
      MemorySegment s, long base, long step, int rows, int cols, float[] tile, int v) {
    VectorMask<Float> mask = SPECIES.indexInRange(0, cols);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(SPECIES, s, base + r * step, Species.ORDER, mask)
          .intoArray(tile, v + r * COLUMNS);
    }
  }

  /** Writes the tile's elements to {@code to} as they are. */
  static void store(Matrix to, int batch, int i, int j, int rows, int cols, float[] tile) {
    write(to, Matrix.NONE, batch, i, j, rows, cols, tile, 1f, NO_SHIFT);
  }

  /** Finishes the sums of outputs (i, j) .. (i + rows - 1, j + cols - 1) and stores them. */
  static void finish(
      KernelCall.Gemm g, int batch, int i, int j, int rows, int cols, float[] tile, float[] spare) {
    float alpha = g.alpha();
    float[] shift = NO_SHIFT;
    if (g.bias().isPresent()) {
      shift = spare;
      read(new Matrix(g.bias(), 0, 1, 0), 0, 0, j, 1, cols, spare);
    }
    boolean gated = g.gate().isPresent();
    if (g.activation() != Activation.NONE || g.preActivation().isPresent() || gated) {
      scaleAndShift(alpha, shift, rows, tile);
      alpha = 1f;
      shift = NO_SHIFT;
      if (g.preActivation().isPresent()) {
        store(g.preActivation(), batch, i, j, rows, cols, tile);
      }
      activate(g.activation(), tile, rows * COLUMNS, spare);
      if (gated) {
        read(g.gate(), batch, i, j, rows, cols, spare);
        multiply(tile, spare, rows * COLUMNS);
      }
    }
    write(g.c(), g.residual(), batch, i, j, rows, cols, tile, alpha, shift);
  }

  private static void activate(Activation activation, float[] tile, int length, float[] spare) {
    switch (activation) {
      case NONE -> {}
      case RELU -> relu(tile, length);
      case GELU -> MathLoops.gelu(tile, length);
      case GELU_TANH -> MathLoops.geluTanh(tile, length);
      case SILU -> MathLoops.silu(tile, length, spare);
      case TANH -> MathLoops.tanh(tile, length);
    }
  }

  private static void scaleAndShift(float alpha, float[] shift, int rows, float[] tile) {
    FloatVector low = FloatVector.fromArray(SPECIES, shift, 0);
    FloatVector high = FloatVector.fromArray(SPECIES, shift, LANES);
    for (int at = 0; at < rows * COLUMNS; at += COLUMNS) {
      FloatVector.fromArray(SPECIES, tile, at).mul(alpha).add(low).intoArray(tile, at);
      FloatVector.fromArray(SPECIES, tile, at + LANES)
          .mul(alpha)
          .add(high)
          .intoArray(tile, at + LANES);
    }
  }

  private static void multiply(float[] x, float[] y, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i)
          .mul(FloatVector.fromArray(SPECIES, y, i))
          .intoArray(x, i);
    }
  }

  private static void relu(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(x, i);
    }
  }

  /** Writes {@code tile * alpha + shift + residual} to {@code to}. */
  private static void write(
      Matrix to,
      Matrix residual,
      int batch,
      int i,
      int j,
      int rows,
      int cols,
      float[] tile,
      float alpha,
      float[] shift) {
    boolean sum = residual.isPresent();
    if (to.colStride() != 1 || (sum && residual.colStride() != 1)) {
      writeElements(to, residual, batch, i, j, rows, cols, tile, alpha, shift);
      return;
    }
    MemorySegment s = to.buf().segment();
    long step = 4 * to.rowStride();
    long base = byteOf(to, batch, i, j);
    if (!sum) {
      if (cols == COLUMNS) {
        write(s, base, step, rows, tile, alpha, shift);
      } else {
        for (int v = 0; v < cols; v += LANES) {
          writeEdge(s, base + 4L * v, step, rows, cols - v, tile, v, alpha, shift);
        }
      }
      return;
    }
    MemorySegment r = residual.buf().segment();
    long start = byteOf(residual, batch, i, j);
    long move = 4 * residual.rowStride();
    if (cols == COLUMNS) {
      writeSum(s, base, step, r, start, move, rows, tile, alpha, shift);
    } else {
      for (int v = 0; v < cols; v += LANES) {
        long at = base + 4L * v;
        writeSumEdge(s, at, step, r, start + 4L * v, move, rows, cols - v, tile, v, alpha, shift);
      }
    }
  }

  private static void write(
      MemorySegment s, long base, long step, int rows, float[] tile, float alpha, float[] shift) {
    FloatVector low = FloatVector.fromArray(SPECIES, shift, 0);
    FloatVector high = FloatVector.fromArray(SPECIES, shift, LANES);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS)
          .mul(alpha)
          .add(low)
          .intoMemorySegment(s, base + r * step, Species.ORDER);
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS + LANES)
          .mul(alpha)
          .add(high)
          .intoMemorySegment(s, base + NEXT + r * step, Species.ORDER);
    }
  }

  private static void writeSum(
      MemorySegment s,
      long base,
      long step,
      MemorySegment residual,
      long start,
      long move,
      int rows,
      float[] tile,
      float alpha,
      float[] shift) {
    FloatVector low = FloatVector.fromArray(SPECIES, shift, 0);
    FloatVector high = FloatVector.fromArray(SPECIES, shift, LANES);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS)
          .mul(alpha)
          .add(low)
          .add(FloatVector.fromMemorySegment(SPECIES, residual, start + r * move, Species.ORDER))
          .intoMemorySegment(s, base + r * step, Species.ORDER);
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS + LANES)
          .mul(alpha)
          .add(high)
          .add(
              FloatVector.fromMemorySegment(
                  SPECIES, residual, start + NEXT + r * move, Species.ORDER))
          .intoMemorySegment(s, base + NEXT + r * step, Species.ORDER);
    }
  }

  private static void writeEdge(
      MemorySegment s,
      long base,
      long step,
      int rows,
      int cols,
      float[] tile,
      int v,
      float alpha,
      float[] shift) {
    VectorMask<Float> mask = SPECIES.indexInRange(0, cols);
    FloatVector add = FloatVector.fromArray(SPECIES, shift, v);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, v + r * COLUMNS)
          .mul(alpha)
          .add(add)
          .intoMemorySegment(s, base + r * step, Species.ORDER, mask);
    }
  }

  private static void writeSumEdge(
      MemorySegment s,
      long base,
      long step,
      MemorySegment residual,
      long start,
      long move,
      int rows,
      int cols,
      float[] tile,
      int v,
      float alpha,
      float[] shift) {
    VectorMask<Float> mask = SPECIES.indexInRange(0, cols);
    FloatVector add = FloatVector.fromArray(SPECIES, shift, v);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, v + r * COLUMNS)
          .mul(alpha)
          .add(add)
          .add(
              FloatVector.fromMemorySegment(
                  SPECIES, residual, start + r * move, Species.ORDER, mask))
          .intoMemorySegment(s, base + r * step, Species.ORDER, mask);
    }
  }

  private static void writeElements(
      Matrix to,
      Matrix residual,
      int batch,
      int i,
      int j,
      int rows,
      int cols,
      float[] tile,
      float alpha,
      float[] shift) {
    MemorySegment s = to.buf().segment();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        float value = tile[r * COLUMNS + c] * alpha + shift[c];
        if (residual.isPresent()) {
          value += Packing.element(residual.buf(), residual.index(batch, i + r, j + c));
        }
        s.set(ValueLayout.JAVA_FLOAT_UNALIGNED, byteOf(to, batch, i + r, j + c), value);
      }
    }
  }
}
