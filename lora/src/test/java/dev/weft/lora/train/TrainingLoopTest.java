package dev.weft.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.lora.train.TrainingConfig.Budget;
import dev.weft.lora.train.TrainingConfig.Decay;
import dev.weft.lora.train.TrainingConfig.Steps;
import dev.weft.lora.train.TrainingResult.Check;
import dev.weft.lora.train.TrainingResult.Stop;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.nn.optim.ParameterGroup;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The loop on {@code mean (x w - y)^2}, x [n, 2], w [2]. */
class TrainingLoopTest {
  private static final float[][] X = {{1, 2}, {-1, 0.5f}, {0.25f, 3}, {2, -1}, {0, 1}, {1, 1}};
  private static final float[] Y = {3, -2, 1, 0.5f, 2, -1};

  private final Parameter w = new Parameter("w", Tensor.of(new float[] {0.5f, -0.5f}, 1, 2));
  private final List<Check> heard = new ArrayList<>();

  /** Rows {@code from .. to - 1}, dropped with probability {@code dropout}. */
  private record Rows(Parameter w, int from, int to, float dropout) implements MicroBatch {
    @Override
    public Tensor loss() {
      float[] x = new float[2 * examples()];
      for (int i = 0; i < x.length; i++) {
        x[i] = X[from + i / 2][i % 2];
      }
      Tensor rows = F.dropout(Tensor.of(x, examples(), 2), dropout, 5); // [n, 2]
      Tensor error =
          F.sub(
              F.linear(rows, w.tensor()).view(-1),
              Tensor.of(Arrays.copyOfRange(Y, from, to), examples())); // [n]
      return F.mean(F.mul(error, error));
    }

    @Override
    public int examples() {
      return to - from;
    }

    @Override
    public long tokens() {
      return 10L * examples();
    }
  }

  private TrainingLoop loop(TrainingConfig config, long... clock) {
    long[] now = {0};
    return new TrainingLoop(
        List.of(new ParameterGroup(List.of(w), config.optimizer())),
        Map.of(),
        config,
        () -> now[0] += clock.length == 0 ? 0 : clock[0]);
  }

  private static TrainingConfig steps(long steps) {
    return TrainingConfig.of(new Steps(steps), 0.1)
        .withOptimizer(AdamWOptions.DEFAULTS.withLr(0.1).withWeightDecay(0));
  }

  private float[] trained(TrainingConfig config, MicroBatch... batches) {
    w.set(Tensor.of(new float[] {0.5f, -0.5f}, 1, 2));
    loop(config).run(step -> List.of(batches), TrainingListener.NONE);
    return w.tensor().toFloats();
  }

  @Test
  void withoutDropoutABatchThatDropsTrainsLikeOneThatDoesNot() {
    float[] whole = trained(steps(5), new Rows(w, 0, 6, 0));
    TrainingConfig off = steps(5).withDropout(TrainingConfig.Dropout.OFF);
    assertThat(trained(off, new Rows(w, 0, 6, 0.5f))).isEqualTo(whole);
    assertThat(trained(steps(5), new Rows(w, 0, 6, 0.5f))).isNotEqualTo(whole);
  }

  @Test
  void microBatchesOfUnequalSizeAddUpToTheWholeBatch() {
    float[] whole = trained(steps(5), new Rows(w, 0, 6, 0));
    float[] cut = trained(steps(5), new Rows(w, 0, 1, 0), new Rows(w, 1, 6, 0));
    assertThat(cut).containsExactly(whole, within(1e-5f));
    assertThat(whole[0]).isNotCloseTo(0.5f, within(0.05f));
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherDoesNot() {
    Rows rows = new Rows(w, 0, 6, 0.5f);
    float[] first = trained(steps(8), rows);
    assertThat(trained(steps(8), rows)).isEqualTo(first);
    assertThat(trained(steps(8).withSeed(43), rows)).isNotEqualTo(first);
  }

  @Test
  void lossFallsAndProgressCounts() {
    List<TrainingListener.Progress> progress = new ArrayList<>();
    TrainingResult result =
        loop(steps(30), 1_000_000_000L).run(step -> List.of(new Rows(w, 0, 6, 0)), progress::add);
    assertThat(result.stop()).isEqualTo(Stop.STEPS);
    assertThat(result.steps()).isEqualTo(30).isEqualTo(result.bestStep());
    assertThat(result.tokens()).isEqualTo(1800);
    assertThat(result.losses().getLast()).isLessThan(result.losses().getFirst() / 2);
    TrainingListener.Progress last = progress.getLast();
    assertThat(last.step()).isEqualTo(30);
    assertThat(last.steps()).isEqualTo(30);
    assertThat(last.lr()).isCloseTo(0.1 / 30, within(1e-9));
    assertThat(last.remaining()).isEqualTo(Duration.ZERO);
    assertThat(last.tokensPerSecond()).isCloseTo(1800.0 / last.elapsed().toSeconds(), within(1e-6));
    assertThat(progress.getFirst().remaining())
        .isEqualTo(progress.getFirst().elapsed().multipliedBy(29));
  }

  @Test
  void patienceEndsTheRunWithTheBestParameters() {
    double[] scores = {1, 3, 2, 3, 2.5, 9};
    List<float[]> seen = new ArrayList<>();
    TrainingResult result =
        loop(steps(100).withValidation(4, 3))
            .run(
                step -> List.of(new Rows(w, 0, 6, 0)),
                () -> {
                  seen.add(w.tensor().toFloats());
                  return scores[seen.size() - 1];
                },
                listener());
    assertThat(result.stop()).isEqualTo(Stop.PATIENCE);
    assertThat(result.steps()).isEqualTo(20);
    assertThat(result.bestStep()).isEqualTo(8);
    assertThat(w.tensor().toFloats()).isEqualTo(seen.get(1)).isNotEqualTo(seen.get(4));
    assertThat(result.checks().stream().map(Check::best))
        .containsExactly(true, true, false, false, false);
    assertThat(heard).isEqualTo(result.checks());
  }

  private TrainingListener listener() {
    return new TrainingListener() {
      @Override
      public void step(Progress progress) {}

      @Override
      public void validated(Check check) {
        heard.add(check);
      }
    };
  }

  @Test
  void theLastStepIsValidatedToo() {
    TrainingResult result =
        loop(steps(5).withValidation(3, 0))
            .run(step -> List.of(new Rows(w, 0, 6, 0)), () -> heard.size(), listener());
    assertThat(result.checks().stream().map(Check::step)).containsExactly(3L, 5L);
    assertThat(result.bestStep()).isEqualTo(5);
  }

  @Test
  void aBudgetStopsTheRunAndBringsTheRateDown() {
    List<Double> rates = new ArrayList<>();
    TrainingConfig config =
        steps(1).withLength(new Budget(Duration.ofSeconds(60))).withSchedule(Decay.LINEAR, 0.1);
    TrainingResult result =
        loop(config, 1_000_000_000L)
            .run(step -> List.of(new Rows(w, 0, 6, 0)), progress -> rates.add(progress.lr()));
    assertThat(result.stop()).isEqualTo(Stop.BUDGET);
    assertThat(result.elapsed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(65));
    assertThat(rates.getFirst()).isLessThan(0.1);
    assertThat(rates.stream().max(Double::compare).orElseThrow()).isCloseTo(0.1, within(0.01));
    assertThat(rates.getLast()).isLessThan(0.01);
  }

  @Test
  void brokenRunsSayAtWhichStep() {
    w.set(Tensor.of(new float[] {Float.NaN, 0}, 1, 2));
    assertThatThrownBy(
            () -> loop(steps(5)).run(step -> List.of(new Rows(w, 0, 6, 0)), TrainingListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("step 0: the loss is NaN");
    assertThatThrownBy(() -> loop(steps(5)).run(step -> List.of(), TrainingListener.NONE))
        .hasMessage("step 0: the objective gave no examples");
    assertThatThrownBy(
            () -> loop(steps(5).withValidation(1, 1)).run(step -> List.of(), TrainingListener.NONE))
        .hasMessage("validate_every 1: there is no validation");
    assertThatThrownBy(() -> new Steps(0)).hasMessage("max_steps 0: expected at least 1");
    assertThatThrownBy(() -> steps(1).withMaxGradNorm(0))
        .hasMessage("max_grad_norm 0.0: expected more than 0");
    assertThatThrownBy(() -> steps(1).withSchedule(Decay.COSINE, 2))
        .hasMessage("warmup_ratio 2.0: expected in [0, 1]");
  }
}
