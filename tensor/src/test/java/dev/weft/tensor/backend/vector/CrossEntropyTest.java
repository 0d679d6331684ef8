package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarBackend;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of several parts, whose shift stays, rises or is found late, against double. */
class CrossEntropyTest {
  private static final int CLASSES = 5000;

  /** logSumExp of a row, which both backends give. */
  private static float logSumExp(float[] logits) {
    try (Arena arena = Arena.ofConfined()) {
      Buf x = floats(arena, logits);
      Buf labels = new Buf(arena.allocate(8, 64), 0, DType.I64, 1);
      Buf scalar = floats(arena, new float[1]);
      Buf vector = floats(arena, new float[1]);
      Buf losses = floats(arena, new float[1]);
      new ScalarBackend().run(call(x, labels, losses, scalar, logits.length));
      new VectorBackend().run(call(x, labels, losses, vector, logits.length));
      float value = Elements.get(scalar.segment(), 0, 0);
      assertThat(Elements.get(vector.segment(), 0, 0)).isEqualTo(Float.valueOf(value));
      return value;
    }
  }

  private static KernelCall call(Buf x, Buf labels, Buf losses, Buf logSumExp, int classes) {
    return new KernelCall.CrossEntropy(x, labels, losses, logSumExp, 1, classes, -100);
  }

  private static Buf floats(Arena arena, float[] values) {
    Buf buf = new Buf(arena.allocate(4L * values.length, 64), 0, DType.F32, values.length);
    for (int i = 0; i < values.length; i++) {
      Elements.set(buf.segment(), 0, i, values[i]);
    }
    return buf;
  }

  private static float[] normal(double mean, double rise) {
    Random random = new Random(5);
    float[] x = new float[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      x[i] = (float) (mean + rise * i + random.nextGaussian());
    }
    return x;
  }

  private static void assertExact(float[] x) {
    double max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (float value : x) {
      sum += Math.exp(value - max);
    }
    double exact = max + Math.log(sum);
    double bound = 2 * Math.ulp((float) Math.max(Math.abs(exact), 16));
    assertThat((double) logSumExp(x)).isCloseTo(exact, within(bound));
  }

  @Test
  void aRowOfOneScale() {
    assertExact(normal(0, 0));
    assertExact(normal(-300, 0));
  }

  @Test
  void aRowThatRisesOrFalls() {
    assertExact(normal(-40, 0.004));
    assertExact(normal(-40, 0.04));
    assertExact(normal(0, 5));
    assertExact(normal(40, -0.04));
  }

  @Test
  void aRowThatBeginsWithNothing() {
    float[] x = normal(3, 0);
    Arrays.fill(x, 0, 2100, Float.NEGATIVE_INFINITY);
    assertExact(x);
  }

  @Test
  void notANumberIsKept() {
    for (int at : new int[] {0, 1500, CLASSES - 1}) {
      float[] x = normal(0, 0.04);
      x[at] = Float.NaN;
      assertThat(logSumExp(x)).isNaN();
      Arrays.fill(x, 0, at, Float.NEGATIVE_INFINITY);
      assertThat(logSumExp(x)).isNaN();
      x[at] = Float.POSITIVE_INFINITY;
      assertThat(logSumExp(x)).isNaN();
    }
  }
}
