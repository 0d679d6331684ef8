package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.Segments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PackedAttentionTest {
  private static final int N = 4;
  private static final int K = 2;
  private static final int D = 8;

  private static Tensor random(double phase, int... shape) {
    float[] values = new float[(int) Tensor.zeros(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(phase + 1.9 * i);
    }
    return Tensor.of(values, shape).keep();
  }

  private static Segments segments(List<Integer> lengths, int gap) {
    int count = lengths.size();
    int[] start = new int[count];
    int[] length = new int[count];
    int[] example = new int[count];
    int at = gap;
    for (int i = 0; i < count; i++) {
      start[i] = at;
      length[i] = lengths.get(i);
      example[i] = 10 + i;
      at += length[i];
    }
    return new Segments(start, length, start, length, example);
  }

  private static List<float[]> run(
      Tensor q, Tensor k, Tensor v, Tensor dy, Segments segments, AttentionOptions options) {
    List<Parameter> all =
        List.of(new Parameter("q", q), new Parameter("k", k), new Parameter("v", v));
    try (Workspace workspace = new Workspace()) {
      return Run.training(workspace, 1, 2, 3)
          .call(() -> {
            Tape tape = Tape.record(all, () -> F.attention(q, k, v, segments, options));
            List<float[]> results = new ArrayList<>();
            results.add(tape.result().toFloats());
            Gradients gradients = new Gradients(all);
            tape.backward(tape.result(), dy, gradients);
            all.forEach(each -> results.add(gradients.of(each).toFloats()));
            return results;
          });
    }
  }

  @Property(tries = 30, seed = "2026")
  void aBatchHasTheBitsOfItsSequencesAlone(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 20) Integer> lengths,
      @ForAll boolean causal,
      @ForAll boolean drops,
      @ForAll boolean near) {
    AttentionOptions plain = causal ? AttentionOptions.CAUSAL : AttentionOptions.NONE;
    AttentionOptions far = drops ? plain.withDropout(0.3f, 5) : plain;
    AttentionOptions options = near ? near(far) : far;
    int rows = lengths.stream().mapToInt(i -> i).sum();
    Tensor q = random(0.1, rows, N, D);
    Tensor k = random(0.2, rows, K, D);
    Tensor v = random(0.3, rows, K, D);
    Tensor dy = random(0.4, rows, N, D);
    List<float[]> all = run(q, k, v, dy, segments(lengths, 0), options);
    int at = 0;
    for (int i = 0; i < lengths.size(); i++) {
      int to = at + lengths.get(i);
      Segments one =
          new Segments(
              new int[] {0},
              new int[] {to - at},
              new int[] {0},
              new int[] {to - at},
              new int[] {10 + i});
      List<float[]> alone =
          run(
              q.slice(0, at, to).keep(),
              k.slice(0, at, to).keep(),
              v.slice(0, at, to).keep(),
              dy.slice(0, at, to),
              one,
              options);
      for (int r = 0; r < 4; r++) {
        int width = (r == 0 || r == 1 ? N : K) * D;
        assertThat(Arrays.copyOfRange(all.get(r), at * width, to * width)).isEqualTo(alone.get(r));
      }
      at = to;
    }
  }

  private static AttentionOptions near(AttentionOptions options) {
    return options.withWindow(6, 4).withSoftcap(2).withRelative(random(0.5, N, 9), 5);
  }

  /** Rows of a padded batch that a mask keeps, with the places of their columns. */
  @Property(tries = 30, seed = "2026")
  void placesKeepTheDistancesOfThePaddedForm(
      @ForAll @Size(12) List<Boolean> mask, @ForAll boolean causal) {
    int[] kept = IntStream.range(0, 12).filter(mask::get).toArray();
    Assume.that(kept.length > 0);
    int t = kept.length;
    AttentionOptions options = near(causal ? AttentionOptions.CAUSAL : AttentionOptions.NONE);
    Tensor q = random(0.1, 12, N, D);
    Tensor k = random(0.2, 12, K, D);
    Tensor v = random(0.3, 12, K, D);
    Tensor rows = Tensor.of(kept, t);
    Tensor packed =
        F.attention(
            pick(q, rows),
            pick(k, rows),
            pick(v, rows),
            segments(List.of(t), 0).withPlaces(kept, kept),
            options);
    boolean[] visible = new boolean[12];
    for (int j : kept) {
      visible[j] = true;
    }
    Tensor padded =
        F.scaledDotProductAttention(
            q.view(1, 12, N, D).transpose(1, 2),
            k.view(1, 12, K, D).transpose(1, 2),
            v.view(1, 12, K, D).transpose(1, 2),
            options.withBias(Tensor.of(visible, 1, 1, 1, 12)));
    Tensor expected = pick(padded.transpose(1, 2).contiguous().view(12, N, D), rows);
    assertThat(packed.toFloats()).isEqualTo(expected.toFloats());
  }

  private static Tensor pick(Tensor x, Tensor rows) {
    return F.indexSelect(x.reshape(x.dim(0), -1), rows).view(-1, x.dim(1), D);
  }

  /** Keys and values of two sequences far apart in a buffer, one query a step. */
  @Example
  void cachedDecodingEqualsTheWhole() {
    int length = 140;
    int room = 300;
    AttentionOptions options =
        AttentionOptions.CAUSAL.withWindow(40, 0).withRelative(random(0.5, N, 50), 49);
    Tensor q = random(0.1, 2 * length, N, D);
    Tensor k = random(0.2, 2 * room, K, D);
    Tensor v = random(0.3, 2 * room, K, D);
    int[] keyStart = {0, room};
    int[] lengths = {length, length};
    int[] example = {0, 1};
    float[] whole =
        F.attention(
                q,
                k,
                v,
                new Segments(new int[] {0, length}, lengths, keyStart, lengths, example),
                options)
            .toFloats();
    for (int i = 0; i < length; i++) {
      Tensor step = F.cat(List.of(q.slice(0, i, i + 1), q.slice(0, length + i, length + i + 1)), 0);
      Segments segments =
          new Segments(
              new int[] {0, 1}, new int[] {1, 1}, keyStart, new int[] {i + 1, i + 1}, example);
      float[] y = F.attention(step, k, v, segments, options).toFloats();
      for (int s = 0; s < 2; s++) {
        int from = (s * length + i) * N * D;
        assertThat(Arrays.copyOfRange(y, s * N * D, (s + 1) * N * D))
            .isEqualTo(Arrays.copyOfRange(whole, from, from + N * D));
      }
    }
  }

  @Example
  void formsThatMeanNothingAreRefused() {
    refused(
        AttentionOptions.NONE.withWindow(-1, 3),
        segments(List.of(3), 0),
        "attention: expected a window of at least 0 places, got -1 before and 3 after");
    refused(
        AttentionOptions.NONE.withSoftcap(Float.NaN),
        segments(List.of(3), 0),
        "attention: expected softcap at least 0, got NaN");
    refused(
        AttentionOptions.NONE,
        segments(List.of(3), 0).withPlaces(new int[] {0, 1, 2}, new int[] {4, 5, 5}),
        "attention: sequence 0: expected ascending places from 0, got key row 2 at 5");
    refused(
        AttentionOptions.NONE,
        segments(List.of(3), 0).withPlaces(new int[] {-1, 1, 2}, new int[] {0, 1, 2}),
        "attention: sequence 0: expected ascending places from 0, got query row 0 at -1");
    refused(
        AttentionOptions.NONE,
        segments(List.of(3), 0).withPlaces(new int[] {0, 1, 2}, new int[] {0, 1}),
        "attention: sequence 0: expected a place for key rows 0 .. 2, got 2 places");
  }

  private static void refused(AttentionOptions options, Segments segments, String message) {
    Tensor x = random(0, 3, K, D);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> F.attention(x, x, x, segments, options))
        .withMessage(message);
  }

  @Example
  void packedEqualsPadded() {
    Tensor q = random(0.1, 6, N, D);
    Tensor k = random(0.2, 6, K, D);
    Tensor v = random(0.3, 6, K, D);
    Tensor packed =
        F.attention(q, k, v, segments(List.of(3, 3), 0), AttentionOptions.CAUSAL.withScale(0.7f));
    Tensor padded =
        F.scaledDotProductAttention(
            q.view(2, 3, N, D).transpose(1, 2),
            k.view(2, 3, K, D).transpose(1, 2),
            v.view(2, 3, K, D).transpose(1, 2),
            AttentionOptions.CAUSAL.withScale(0.7f));
    assertThat(padded.transpose(1, 2).toFloats()).isEqualTo(packed.toFloats());
  }

  @Example
  void rowsOfNoSequenceAreZeroAndGetNoGradient() {
    List<float[]> results =
        run(
            random(0.1, 5, N, D),
            random(0.2, 5, K, D),
            random(0.3, 5, K, D),
            random(0.4, 5, N, D),
            segments(List.of(3), 1),
            AttentionOptions.NONE);
    for (int r = 0; r < 4; r++) {
      float[] values = results.get(r);
      int width = values.length / 5;
      for (int i = 0; i < width; i++) {
        assertThat(values[i]).isZero();
        assertThat(values[4 * width + i]).isZero();
      }
      assertThat(values[width]).isNotZero();
    }
  }

  @Example
  void aBiasNeedsThePaddedForm() {
    Tensor x = random(0, 3, K, D);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            F.attention(
                x,
                x,
                x,
                segments(List.of(3), 0),
                AttentionOptions.NONE.withBias(Tensor.zeros(3, 3))))
        .withMessage("attention: a bias needs the padded form");
  }
}
