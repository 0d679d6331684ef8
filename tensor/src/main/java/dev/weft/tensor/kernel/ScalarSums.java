package dev.weft.tensor.kernel;

import java.lang.foreign.MemorySegment;

/** Sums over a row in the 16 lanes of {@link Lanes}: what norms, softmax and reductions share. */
public final class ScalarSums {
  private ScalarSums() {}

  /** Sum of x. */
  public static float sum(MemorySegment x, long base, int n) {
    float[] lanes = new float[Lanes.COUNT];
    for (int i = 0; i < n; i++) {
      lanes[i % Lanes.COUNT] += Elements.get(x, base, i);
    }
    return Lanes.close(lanes);
  }

  /** Sum of {@code (x - shift)^2}, by fma. */
  public static float squares(MemorySegment x, long base, int n, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    for (int i = 0; i < n; i++) {
      float d = Elements.get(x, base, i) - shift;
      lanes[i % Lanes.COUNT] = Math.fma(d, d, lanes[i % Lanes.COUNT]);
    }
    return Lanes.close(lanes);
  }

  /** Sum of {@code a b}, by fma. */
  public static float dot(MemorySegment a, long aBase, MemorySegment b, long bBase, int n) {
    float[] lanes = new float[Lanes.COUNT];
    for (int i = 0; i < n; i++) {
      int lane = i % Lanes.COUNT;
      lanes[lane] = Math.fma(Elements.get(a, aBase, i), Elements.get(b, bBase, i), lanes[lane]);
    }
    return Lanes.close(lanes);
  }

  /** Sum of {@code exp(x - shift)}. */
  public static float exps(MemorySegment x, long base, int n, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    for (int i = 0; i < n; i++) {
      lanes[i % Lanes.COUNT] += FloatMath.exp(Elements.get(x, base, i) - shift);
    }
    return Lanes.close(lanes);
  }

  /** Largest x as {@code Math.max} sees it (NaN wins, +0 above -0); minus infinity of nothing. */
  public static float max(MemorySegment x, long base, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, Elements.get(x, base, i));
    }
    return max;
  }
}
