package example;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** y = x / sqrt(1 + sum of x^2) for every row of x [rows, cols]; y may be x. */
public final class SquashRows {
  /** A call: x and y dense, row-major, F32. */
  public record Call(Buf x, Buf y, int rows, int cols) {}

  /** Sums run in 8 lanes, whatever the processor has, so that the bits are the same on all. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_256;

  private static final int LANES = 8;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private SquashRows() {}

  /** The kernel: a loop over vectors and a tail with the same arithmetic. */
  public static void run(Call call) {
    MemorySegment in = call.x().segment();
    MemorySegment out = call.y().segment();
    int cols = call.cols();
    float[] lanes = new float[LANES];
    for (int r = 0; r < call.rows(); r++) {
      long x = call.x().offset() + 4L * r * cols;
      long y = call.y().offset() + 4L * r * cols;
      FloatVector sums = FloatVector.zero(F);
      int c = 0;
      for (; c <= cols - LANES; c += LANES) {
        FloatVector v = FloatVector.fromMemorySegment(F, in, x + 4L * c, ORDER);
        sums = v.fma(v, sums);
      }
      sums.intoArray(lanes, 0);
      for (; c < cols; c++) {
        float v = Elements.get(in, x, c);
        lanes[c % LANES] = Math.fma(v, v, lanes[c % LANES]);
      }
      float scale = scale(lanes);
      for (c = 0; c <= cols - LANES; c += LANES) {
        FloatVector v = FloatVector.fromMemorySegment(F, in, x + 4L * c, ORDER);
        v.mul(scale).intoMemorySegment(out, y + 4L * c, ORDER);
      }
      for (; c < cols; c++) {
        Elements.set(out, y, c, Elements.get(in, x, c) * scale);
      }
    }
  }

  /** What it means, to the bit. */
  public static void reference(Call call) {
    int cols = call.cols();
    for (int r = 0; r < call.rows(); r++) {
      long x = call.x().offset() + 4L * r * cols;
      long y = call.y().offset() + 4L * r * cols;
      float[] lanes = new float[LANES];
      for (int c = 0; c < cols; c++) {
        float v = Elements.get(call.x().segment(), x, c);
        lanes[c % LANES] = Math.fma(v, v, lanes[c % LANES]);
      }
      float scale = scale(lanes);
      for (int c = 0; c < cols; c++) {
        Elements.set(call.y().segment(), y, c, Elements.get(call.x().segment(), x, c) * scale);
      }
    }
  }

  private static float scale(float[] lanes) {
    float a = (lanes[0] + lanes[4]) + (lanes[2] + lanes[6]);
    float b = (lanes[1] + lanes[5]) + (lanes[3] + lanes[7]);
    return (float) (1 / Math.sqrt(1 + (a + b)));
  }
}
