package dev.weft.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.KernelCall.AttentionSpec;
import dev.weft.tensor.kernel.KernelCall.Relative;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The definition itself, with every option, against the formula in double. */
class ScalarAttentionTest {
  private static final int T = 9;
  private static final int S = 11;
  private static final int N = 2;
  private static final int D = 6;
  private static final float SCALE = 0.4f;
  private static final int BEFORE = 6;
  private static final int AFTER = 4;
  private static final float CAP = 1.5f;
  private static final int R = 5;
  private static final int ZERO = 3;

  private final Random random = new Random(3);
  private final double[][] inputs = new double[5][]; // q, k, v, bias, bias by distance
  private final double[] dout = normal(N * T * D);

  private double[] normal(int length) {
    return random.doubles(length).map(x -> (float) (2 * x - 1)).toArray();
  }

  @Test
  void forwardIsSoftmaxOfScoresTimesValues() {
    for (boolean causal : new boolean[] {false, true}) {
      fill();
      double[] expected = reference(causal);
      try (Arena arena = Arena.ofShared()) {
        KernelCall.AttentionGrad call = call(arena, causal);
        ScalarAttention.run(
            new KernelCall.Attention(
                call.q(),
                call.k(),
                call.v(),
                call.out(),
                call.logSumExp(),
                call.segments(),
                call.spec()));
        assertClose(call.out().buf(), expected, 1e-6);
      }
    }
  }

  @Test
  void gradientsAreCentralDifferences() {
    for (boolean causal : new boolean[] {false, true}) {
      fill();
      try (Arena arena = Arena.ofShared()) {
        KernelCall.AttentionGrad call = call(arena, causal);
        ScalarAttention.run(
            new KernelCall.Attention(
                call.q(),
                call.k(),
                call.v(),
                call.out(),
                call.logSumExp(),
                call.segments(),
                call.spec()));
        ScalarAttention.runGrad(call);
        assertClose(call.dq().buf(), differences(0, causal), 1e-5);
        assertClose(call.dk().buf(), differences(1, causal), 1e-5);
        assertClose(call.dv().buf(), differences(2, causal), 1e-5);
        assertClose(call.dbias(), differences(3, causal), 1e-5);
        assertClose(call.drelative(), differences(4, causal), 1e-5);
      }
    }
  }

  private void fill() {
    inputs[0] = normal(N * T * D);
    inputs[1] = normal(S * D);
    inputs[2] = normal(S * D);
    inputs[3] = normal(N * T * S);
    inputs[4] = normal(N * R);
  }

  private KernelCall.AttentionGrad call(Arena arena, boolean causal) {
    AttentionSpec spec =
        new AttentionSpec(
            N,
            1,
            D,
            SCALE,
            causal,
            buf(arena, inputs[3]),
            0,
            T * S,
            S,
            1,
            0f,
            0L,
            0,
            BEFORE,
            AFTER,
            CAP,
            new Relative(buf(arena, inputs[4]), R, ZERO));
    return new KernelCall.AttentionGrad(
        queries(buf(arena, inputs[0])),
        new Heads(buf(arena, inputs[1]), D, 0),
        new Heads(buf(arena, inputs[2]), D, 0),
        queries(buf(arena, new double[N * T * D])),
        buf(arena, new double[N * T]),
        queries(buf(arena, dout)),
        queries(buf(arena, new double[N * T * D])),
        new Heads(buf(arena, new double[S * D]), D, 0),
        new Heads(buf(arena, new double[S * D]), D, 0),
        buf(arena, new double[N * T * S]),
        buf(arena, new double[N * R]),
        new Segments(new int[1], new int[] {T}, new int[1], new int[] {S}, new int[1]),
        spec);
  }

  private static Heads queries(Buf buf) {
    return new Heads(buf, (long) N * D, D);
  }

  private static Buf buf(Arena arena, double[] values) {
    Buf x = new Buf(arena.allocate(4L * values.length, 4), 0, DType.F32, values.length);
    for (int i = 0; i < values.length; i++) {
      x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
    }
    return x;
  }

  private double[] reference(boolean causal) {
    double[] out = new double[N * T * D];
    for (int h = 0; h < N; h++) {
      for (int i = 0; i < T; i++) {
        int place = i + S - T;
        double total = 0;
        int limit = Math.min(S, place + (causal ? 0 : AFTER) + 1);
        for (int j = Math.max(0, place - BEFORE); j < limit; j++) {
          double score = 0;
          for (int d = 0; d < D; d++) {
            score += inputs[0][(i * N + h) * D + d] * inputs[1][j * D + d];
          }
          double capped = CAP * Math.tanh(score * SCALE / CAP);
          double relative = inputs[4][h * R + Math.clamp(j - place + ZERO, 0, R - 1)];
          double p = Math.exp(capped + inputs[3][(h * T + i) * S + j] + relative);
          total += p;
          for (int d = 0; d < D; d++) {
            out[(i * N + h) * D + d] += p * inputs[2][j * D + d];
          }
        }
        for (int d = 0; d < D; d++) {
          out[(i * N + h) * D + d] /= total;
        }
      }
    }
    return out;
  }

  private double[] differences(int input, boolean causal) {
    double[] x = inputs[input];
    double[] result = new double[x.length];
    double step = 1e-5;
    for (int i = 0; i < x.length; i++) {
      double kept = x[i];
      x[i] = kept + step;
      double up = loss(causal);
      x[i] = kept - step;
      double down = loss(causal);
      x[i] = kept;
      result[i] = (up - down) / (2 * step);
    }
    return result;
  }

  private double loss(boolean causal) {
    double[] out = reference(causal);
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      sum += out[i] * dout[i];
    }
    return sum;
  }

  private static void assertClose(Buf actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i))
          .isCloseTo(expected[i], within(tolerance));
    }
  }
}
