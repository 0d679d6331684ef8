package dev.weft.tensor.kernel;

/**
 * The order in which kernels add floats: 16 virtual lanes closed by a fixed tree.
 *
 * <p>Element i of a sum goes to lane {@code i % 16}, each lane adds its elements in order starting
 * from +0, then lanes 0..7 += lanes 8..15, lanes 0..3 += 4..7, lanes 0..1 += 2..3, lane 0 += lane
 * 1. 16 lanes are one vector of 512 bits, two of 256 or four of 128, so every width gives the same
 * bits.
 */
public final class Lanes {
  /** Number of virtual lanes. */
  public static final int COUNT = 16;

  private Lanes() {}

  /** Closes the tree over 16 lanes; overwrites {@code lanes}. */
  public static float close(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }
}
