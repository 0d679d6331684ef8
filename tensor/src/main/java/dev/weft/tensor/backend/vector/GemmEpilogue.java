package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Tile.COLUMNS;
import static dev.weft.tensor.backend.vector.Tile.LANES;
import static dev.weft.tensor.backend.vector.Tile.SPECIES;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Moves tiles between the outputs of a {@link KernelCall.Gemm} and the array where they gather, and
 * finishes them: alpha, bias, activation, residual while the tile is in the first cache.
 */
final class GemmEpilogue {
  private static final float NOTHING = -0f; // x + -0 is x for every x

  private GemmEpilogue() {}

  /**
   * Fills the tile with what the chains of fma start from: element (i, j) of {@code from}, or 0.
   */
  static void begin(Matrix from, int batch, int i, int j, int rows, int cols, float[] tile) {
    if (!from.isPresent()) {
      FloatVector zero = FloatVector.zero(SPECIES);
      for (int at = 0; at < rows * COLUMNS; at += LANES) {
        zero.intoArray(tile, at);
      }
      return;
    }
    Buf x = from.buf();
    long origin = batch * from.batchStride() + i * from.rowStride() + j * from.colStride();
    if (from.colStride() == 1) {
      for (int v = 0; v < cols; v += LANES) {
        long base = x.offset() + 4 * (origin + v);
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
        tile[r * COLUMNS + c] =
            Packing.element(x, origin + r * from.rowStride() + c * from.colStride());
      }
    }
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
    Buf x = to.buf();
    long origin = batch * to.batchStride() + i * to.rowStride() + j * to.colStride();
    if (to.colStride() == 1) {
      for (int v = 0; v < cols; v += LANES) {
        long base = x.offset() + 4 * (origin + v);
        if (v + LANES <= cols) {
          store(x.segment(), base, 4 * to.rowStride(), rows, tile, v);
        } else {
          storeEdge(x.segment(), base, 4 * to.rowStride(), rows, cols - v, tile, v);
        }
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        long at = x.offset() + 4 * (origin + r * to.rowStride() + c * to.colStride());
        x.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, tile[r * COLUMNS + c]);
      }
    }
  }

  private static void store(MemorySegment s, long base, long step, int rows, float[] tile, int v) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, v + r * COLUMNS)
          .intoMemorySegment(s, base + r * step, Species.ORDER);
    }
  }

  private static void storeEdge(
      MemorySegment s, long base, long step, int rows, int cols, float[] tile, int v) {
    VectorMask<Float> mask = SPECIES.indexInRange(0, cols);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, v + r * COLUMNS)
          .intoMemorySegment(s, base + r * step, Species.ORDER, mask);
    }
  }

  /** Finishes the sums of outputs (i, j) .. (i + rows - 1, j + cols - 1) and stores them. */
  static void finish(
      KernelCall.Gemm g, int batch, int i, int j, int rows, int cols, float[] tile, float[] spare) {
    boolean plain = g.alpha() == 1f && !g.bias().isPresent();
    if (!plain) {
      begin(new Matrix(g.bias(), 0, 1, 0), 0, 0, j, 1, cols, spare);
      scaleAndShift(g.alpha(), g.bias().isPresent(), rows, tile, spare);
    }
    if (g.preActivation().isPresent()) {
      store(g.preActivation(), batch, i, j, rows, cols, tile);
    }
    switch (g.activation()) {
      case NONE -> {}
      case RELU -> relu(tile, rows * COLUMNS);
      case GELU -> MathLoops.gelu(tile, rows * COLUMNS, spare);
      case GELU_TANH -> MathLoops.geluTanh(tile, rows * COLUMNS, spare);
      case SILU -> MathLoops.silu(tile, rows * COLUMNS, spare);
      case TANH -> MathLoops.tanh(tile, rows * COLUMNS);
    }
    if (g.residual().isPresent()) {
      begin(g.residual(), batch, i, j, rows, cols, spare);
      for (int at = 0; at < rows * COLUMNS; at += LANES) {
        FloatVector.fromArray(SPECIES, tile, at)
            .add(FloatVector.fromArray(SPECIES, spare, at))
            .intoArray(tile, at);
      }
    }
    store(g.c(), batch, i, j, rows, cols, tile);
  }

  private static void scaleAndShift(
      float alpha, boolean shift, int rows, float[] tile, float[] bias) {
    FloatVector nothing = FloatVector.broadcast(SPECIES, NOTHING);
    if (!shift) {
      nothing.intoArray(bias, 0);
      nothing.intoArray(bias, LANES);
    }
    FloatVector low = FloatVector.fromArray(SPECIES, bias, 0);
    FloatVector high = FloatVector.fromArray(SPECIES, bias, LANES);
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS)
          .mul(alpha)
          .add(low)
          .intoArray(tile, r * COLUMNS);
      FloatVector.fromArray(SPECIES, tile, r * COLUMNS + LANES)
          .mul(alpha)
          .add(high)
          .intoArray(tile, r * COLUMNS + LANES);
    }
  }

  private static void relu(float[] x, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(x, i);
    }
  }
}
