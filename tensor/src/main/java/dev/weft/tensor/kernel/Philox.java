package dev.weft.tensor.kernel;

/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * <p>A random word is a pure function of (key, counter, lane), so what a kernel draws depends on
 * what the element is called and never on which thread, vector or batch reaches it. A key of 64
 * bits is its low word, then its high word.
 */
public final class Philox {
  /** Multiplier of the first and third counter word. */
  public static final int M0 = 0xD2511F53;

  /** Multiplier of the other two. */
  public static final int M1 = 0xCD9E8D57;

  /** What the low key word grows by each round. */
  public static final int W0 = 0x9E3779B9;

  /** What the high key word grows by each round. */
  public static final int W1 = 0xBB67AE85;

  /** Number of rounds. */
  public static final int ROUNDS = 10;

  /** Number of draws of a half word: dropout takes two from each word. */
  public static final int DRAWS = 1 << 16;

  private static final long WORD = 0xFFFFFFFFL;

  private Philox() {}

  /** Writes the four random words of counter (c0, c1, c2, c3) to {@code out[at .. at + 3]}. */
  public static void words(long key, int c0, int c1, int c2, int c3, int[] out, int at) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (M0 & WORD) * (x0 & WORD);
      long p1 = (M1 & WORD) * (x2 & WORD);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
  }

  /** The draw in the low half of a word, 0 to 65535. */
  public static int low(int word) {
    return word & 0xFFFF;
  }

  /** The draw in the high half of a word, 0 to 65535. */
  public static int high(int word) {
    return word >>> 16;
  }

  /**
   * The number of draws that drop their element: p of the {@link #DRAWS}, to the nearest, and never
   * none or all where p is between 0 and 1. An element is kept when its draw is at least this.
   */
  public static int threshold(float p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("dropout: expected p in [0, 1], got " + p);
    }
    int nearest = Math.round(p * DRAWS);
    return p > 0 && p < 1 ? Math.clamp(nearest, 1, DRAWS - 1) : nearest;
  }

  /** Whether the draw keeps its element. */
  public static boolean keeps(int draw, int threshold) {
    return draw >= threshold;
  }

  /** What a kept element is multiplied by: {@code 1 / (1 - p)}, rounded once. */
  public static float scale(float p) {
    return (float) (1.0 / (1.0 - p));
  }
}
