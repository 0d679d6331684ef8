package dev.weft.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The scalar bodies against the formulas in double, gradients against central differences. */
class RowKernelsTest {
  private static final int ROWS = 5;
  private static final int COLS = 37;
  private final SplittableRandom random = new SplittableRandom(1);

  private static Buf empty(DType type, long n) {
    return new Buf(Arena.ofAuto().allocate(n * type.bytes(), 64), 0, type, n);
  }

  private static Buf out(long n) {
    return empty(DType.F32, n);
  }

  private Buf floats(long n) {
    Buf buf = out(n);
    for (long i = 0; i < n; i++) {
      Elements.set(buf.segment(), 0, i, (float) (random.nextDouble() * 4 - 2));
    }
    return buf;
  }

  private static Buf longs(long... values) {
    Buf buf = empty(DType.I64, values.length);
    for (int i = 0; i < values.length; i++) {
      Elements.setLong(buf.segment(), 0, i, values[i]);
    }
    return buf;
  }

  private static double[] read(Buf buf) {
    double[] values = new double[(int) buf.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Elements.get(buf.segment(), buf.offset(), i);
    }
    return values;
  }

  private static void run(KernelCall call) {
    new ScalarBackend().run(call);
  }

  private static void close(Buf got, double[] want, double bound) {
    double[] values = read(got);
    for (int i = 0; i < want.length; i++) {
      assertThat(values[i]).as("element %d", i).isCloseTo(want[i], Offset.offset(bound));
    }
  }

  /** Gradient of f at x by central differences in double. */
  private static double[] differences(double[] x, ToDoubleFunction<double[]> f) {
    double[] gradient = new double[x.length];
    double step = 1e-5;
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      x[i] = at + step;
      double up = f.applyAsDouble(x);
      x[i] = at - step;
      gradient[i] = (up - f.applyAsDouble(x)) / (2 * step);
      x[i] = at;
    }
    return gradient;
  }

  private static double[] softmax(double[] x) {
    double[] y = new double[x.length];
    for (int r = 0; r < x.length / COLS; r++) {
      double sum = 0;
      for (int c = 0; c < COLS; c++) {
        y[r * COLS + c] = Math.exp(x[r * COLS + c]);
        sum += y[r * COLS + c];
      }
      for (int c = 0; c < COLS; c++) {
        y[r * COLS + c] /= sum;
      }
    }
    return y;
  }

  private static double[] norm(double[] x, double[] w, double[] b, double eps, boolean centre) {
    double[] y = new double[x.length];
    for (int r = 0; r < x.length / COLS; r++) {
      double mean = 0;
      double var = 0;
      for (int c = 0; c < COLS && centre; c++) {
        mean += x[r * COLS + c] / COLS;
      }
      for (int c = 0; c < COLS; c++) {
        var += (x[r * COLS + c] - mean) * (x[r * COLS + c] - mean) / COLS;
      }
      for (int c = 0; c < COLS; c++) {
        y[r * COLS + c] = (x[r * COLS + c] - mean) / Math.sqrt(var + eps) * w[c] + b[c];
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void sumsMatchDoublePrecision() {
    Buf x = floats(70_000L * 2);
    double[] values = read(x);
    Buf y = out(2);
    run(new KernelCall.Reduce(ReduceKind.SUM, x, y, Buf.NONE, 2, 70_000, 1));
    double[] want = new double[2];
    for (int i = 0; i < values.length; i++) {
      want[i / 70_000] += values[i];
    }
    close(y, want, 2e-3);
    run(new KernelCall.Reduce(ReduceKind.SUM_OF_SQUARES, x, y, Buf.NONE, 1, 70_000, 2));
    want = new double[2];
    for (int i = 0; i < values.length; i++) {
      want[i % 2] += values[i] * values[i];
    }
    close(y, want, 0.3);
  }

  @Test
  void maximumIsTheFirstOfTheLargestAndNanWins() {
    Buf x = out(6);
    float[] values = {1f, 3f, 3f, 0f, Float.NaN, 9f};
    for (int i = 0; i < 6; i++) {
      Elements.set(x.segment(), 0, i, values[i]);
    }
    Buf y = out(2);
    Buf index = longs(-1, -1);
    run(new KernelCall.Reduce(ReduceKind.MAX, x, y, index, 2, 3, 1));
    assertThat(read(y)).containsExactly(3, Double.NaN);
    assertThat(Elements.getLong(index.segment(), 0, 0)).isEqualTo(1);
    assertThat(Elements.getLong(index.segment(), 0, 1)).isEqualTo(1);
  }

  @Test
  void softmaxAndItsGradientMatchDoublePrecision() {
    long n = ROWS * COLS;
    Buf x = floats(n);
    Buf dy = floats(n);
    Buf y = out(n);
    Buf dx = out(n);
    run(new KernelCall.Softmax(false, x, y, ROWS, COLS));
    close(y, softmax(read(x)), 1e-7);
    run(new KernelCall.SoftmaxGrad(false, y, dy, dx, ROWS, COLS));
    close(dx, differences(read(x), v -> dot(softmax(v), read(dy))), 1e-6);
  }

  @Test
  void crossEntropyAndItsGradientMatchDoublePrecision() {
    long n = 3L * COLS;
    Buf x = floats(n);
    Buf labels = longs(4, -100, 36);
    Buf losses = out(3);
    Buf lse = out(3);
    Buf dx = out(n);
    run(new KernelCall.CrossEntropy(x, labels, losses, lse, 3, COLS, -100));
    ToDoubleFunction<double[]> total =
        v -> -Math.log(softmax(v)[4]) - Math.log(softmax(v)[2 * COLS + 36]);
    double[] got = read(losses);
    assertThat(got[1]).isZero();
    assertThat(got[0] + got[2]).isCloseTo(total.applyAsDouble(read(x)), Offset.offset(1e-5));
    Buf ones = out(3);
    run(new KernelCall.Fill(ones, 1));
    run(new KernelCall.CrossEntropyGrad(x, labels, lse, ones, dx, 3, COLS, -100));
    close(dx, differences(read(x), total), 1e-6);
  }

  @Test
  void layerNormAndItsGradientsMatchDoublePrecision() {
    long n = ROWS * COLS;
    Buf x = floats(n);
    Buf w = floats(COLS);
    Buf b = floats(COLS);
    Buf dy = floats(n);
    Buf y = out(n);
    Buf mean = out(ROWS);
    Buf rstd = out(ROWS);
    Buf dx = out(n);
    Buf dw = out(COLS);
    Buf db = out(COLS);
    run(new KernelCall.LayerNorm(x, w, b, y, mean, rstd, ROWS, COLS, 1e-5f));
    close(y, norm(read(x), read(w), read(b), 1e-5, true), 2e-6);
    run(new KernelCall.LayerNormGrad(x, w, mean, rstd, dy, dx, dw, db, ROWS, COLS));
    double[] g = read(dy);
    close(dx, differences(read(x), v -> dot(norm(v, read(w), read(b), 1e-5, true), g)), 1e-5);
    close(dw, differences(read(w), v -> dot(norm(read(x), v, read(b), 1e-5, true), g)), 1e-5);
    close(db, differences(read(b), v -> dot(norm(read(x), read(w), v, 1e-5, true), g)), 1e-5);
  }

  @Test
  void rmsNormAndItsGradientsMatchDoublePrecision() {
    long n = ROWS * COLS;
    Buf x = floats(n);
    Buf w = floats(COLS);
    Buf dy = floats(n);
    Buf y = out(n);
    Buf rstd = out(ROWS);
    Buf dx = out(n);
    Buf dw = out(COLS);
    double[] none = new double[COLS];
    run(new KernelCall.RmsNorm(x, w, y, rstd, ROWS, COLS, 1e-6f));
    close(y, norm(read(x), read(w), none, 1e-6, false), 2e-6);
    run(new KernelCall.RmsNormGrad(x, w, rstd, dy, dx, dw, ROWS, COLS));
    double[] g = read(dy);
    close(dx, differences(read(x), v -> dot(norm(v, read(w), none, 1e-6, false), g)), 1e-5);
    close(dw, differences(read(w), v -> dot(norm(read(x), v, none, 1e-6, false), g)), 1e-5);
  }

  @Test
  void topKSortsAndBreaksTiesByPosition() {
    Buf x = out(7);
    float[] values = {2f, -1f, Float.NaN, 2f, 5f, -0f, 2f};
    for (int i = 0; i < 7; i++) {
      Elements.set(x.segment(), 0, i, values[i]);
    }
    Buf top = out(5);
    Buf at = longs(0, 0, 0, 0, 0);
    run(new KernelCall.TopK(x, top, at, 1, 7, 5));
    assertThat(read(top)).containsExactly(Double.NaN, 5, 2, 2, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(Elements.getLong(at.segment(), 0, i)).isEqualTo(new long[] {2, 4, 0, 3, 6}[i]);
    }
  }

  @Test
  void adamWTakesTheStepOfTheFormula() {
    Buf p = floats(20);
    Buf g = floats(20);
    Buf m = out(20);
    Buf v = out(20);
    run(new KernelCall.Fill(m, 0));
    run(new KernelCall.Fill(v, 0));
    double[] before = read(p);
    double[] gradient = read(g);
    run(new KernelCall.AdamW(p, g, m, v, 1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.5f, 1));
    double[] want = new double[20];
    for (int i = 0; i < 20; i++) {
      double scaled = gradient[i] * 0.5;
      want[i] = before[i] * (1 - 1e-2 * 0.1) - 1e-2 * scaled / (Math.abs(scaled) + 1e-8);
    }
    close(p, want, 1e-6);
  }

  @Test
  void scatterAddAddsEveryRowOfAnId() {
    Buf src = floats(4L * COLS);
    Buf out = out(3L * COLS);
    run(new KernelCall.Fill(out, 1));
    run(new KernelCall.ScatterAdd(longs(2, 0, 2, 2), src, out, 3, COLS));
    double[] s = read(src);
    double[] want = new double[3 * COLS];
    for (int c = 0; c < COLS; c++) {
      want[c] = 1 + s[COLS + c];
      want[COLS + c] = 1;
      want[2 * COLS + c] = 1 + s[c] + s[2 * COLS + c] + s[3 * COLS + c];
    }
    close(out, want, 1e-6);
  }

  /** Ids of three bytes, most of them in several places: each row is one chain, in order. */
  @Test
  void scatterAddSortsIdsOfEveryLength() {
    int rows = 70_000;
    int count = 3000;
    SplittableRandom random = new SplittableRandom(1);
    Buf src = floats(count);
    double[] values = read(src);
    long[] ids = new long[count];
    float[] want = new float[rows];
    for (int i = 0; i < count; i++) {
      int id = i % 3 == 0 ? random.nextInt(rows) : rows - 1 - (i % 7) * 300;
      ids[i] = id;
      want[id] += (float) values[i];
    }
    Buf out = out(rows);
    run(new KernelCall.Fill(out, 0));
    run(new KernelCall.ScatterAdd(longs(ids), src, out, rows, 1));
    double[] got = read(out);
    for (int i = 0; i < rows; i++) {
      assertThat(got[i]).as("row %d", i).isEqualTo(want[i]);
    }
  }

  @Test
  void badIdsAndLabelsAreNamed() {
    assertThatThrownBy(() -> run(new KernelCall.Gather(floats(6), longs(1, 3), out(4), 3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gather: id 3 at position 1 is not a row of a table of 3");
    assertThatThrownBy(() ->
            run(new KernelCall.CrossEntropy(floats(6), longs(0, 2, 1), out(3), out(3), 3, 2, -100)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cross entropy: label 2 at position 1 names none of 2 classes");
  }

  @Test
  void dropoutKeepsTheExpectedShareAndScalesIt() {
    Buf x = out(100_000);
    Buf y = out(100_000);
    run(new KernelCall.Fill(x, 1));
    run(new KernelCall.Dropout(x, Buf.NONE, y, 100, 1000, 0.2f, 5, 0));
    double[] values = read(y);
    int kept = 0;
    for (double value : values) {
      assertThat(value).isIn(0.0, 1.25);
      kept += value > 0 ? 1 : 0;
    }
    assertThat(kept / 100_000.0).isCloseTo(0.8, Offset.offset(0.01));
  }

  @Test
  void dropoutDrawsHalvesOfTheWordsOfEightCounters() {
    int n = 200;
    long name = (3L << 32) + 5;
    Buf x = out(n);
    Buf y = out(n);
    run(new KernelCall.Fill(x, 1));
    run(new KernelCall.Dropout(x, longs(name), y, 1, n, 0.5f, 77, 9));
    double[] values = read(y);
    int[] words = new int[4];
    for (int col = 0; col < n; col++) {
      int counter = col / 64 * 8 + col % 16 / 2;
      Philox.words(77, counter, 5, 3, 9, words, 0);
      int word = words[col % 64 / 32 * 2 + col % 2];
      int draw = col % 32 < 16 ? word & 0xFFFF : word >>> 16;
      assertThat(values[col]).as("column " + col).isEqualTo(draw < 0x8000 ? 0.0 : 2.0);
    }
  }

  @Test
  void bf16RoundsToNearestEven() {
    assertThat(Elements.toBf16(1f)).isEqualTo((short) 0x3F80);
    assertThat(Elements.toBf16(Float.intBitsToFloat(0x3F808000))).isEqualTo((short) 0x3F80);
    assertThat(Elements.toBf16(Float.intBitsToFloat(0x3F818000))).isEqualTo((short) 0x3F82);
    assertThat(Elements.toBf16(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
    assertThat(Elements.toBf16(Float.MIN_VALUE)).isEqualTo((short) 0);
    assertThat(Elements.toBf16(Float.NaN)).isEqualTo((short) 0x7FC0);
  }
}
