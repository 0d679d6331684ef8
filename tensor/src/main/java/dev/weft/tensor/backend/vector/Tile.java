package dev.weft.tensor.backend.vector;

import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of matrix products: {@link #ROWS} rows of two vectors. 14 x 2 accumulators, two
 * vectors of B and one broadcast fill 32 registers; 6 x 2 fill 16. (8 x 3 and 6 x 4 vectors lost a
 * sixth and two fifths against 14 x 2.)
 */
final class Tile {
  /** The vectors of this process. */
  static final VectorSpecies<Float> SPECIES = Species.F32;

  /** Floats in a vector. */
  static final int LANES = SPECIES.length();

  /** Columns of a tile. */
  static final int COLUMNS = 2 * LANES;

  /** Rows of a full tile, by the number of vector registers. */
  static final int ROWS =
      SPECIES.vectorBitSize() == 512 || System.getProperty("os.arch", "").equals("aarch64")
          ? 14
          : 6;

  /** Floats of one step of k in a panel of A: {@link #ROWS} in whole vectors. */
  static final int PANEL = (ROWS + LANES - 1) / LANES * LANES;

  /** Steps of k in a piece of A and of B that meet in the first cache: 16 KiB of B. */
  static final int PIECE = 128;

  /** Floats of a full tile. */
  static final int FLOATS = ROWS * COLUMNS;

  /** A tile of zeros, to start from. */
  static final float[] ZEROS = new float[FLOATS];

  private Tile() {}

  /** How many panels of {@code width} hold {@code count}. */
  static int panels(int count, int width) {
    return (count + width - 1) / width;
  }

  /** The least height a kernel exists for that holds {@code rows} rows: even, or 1. */
  static int height(int rows) {
    return rows == 1 ? 1 : (rows + 1) / 2 * 2;
  }

  /** The greatest height a kernel exists for that {@code rows} rows fill. */
  static int fitting(int rows) {
    return rows == 1 ? 1 : Math.min(rows, 14) / 2 * 2;
  }
}
