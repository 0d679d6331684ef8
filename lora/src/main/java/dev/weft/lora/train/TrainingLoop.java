package dev.weft.lora.train;

import dev.weft.lora.LoraAdapter;
import dev.weft.lora.train.TrainingConfig.Budget;
import dev.weft.lora.train.TrainingConfig.Steps;
import dev.weft.lora.train.TrainingResult.Check;
import dev.weft.lora.train.TrainingResult.Stop;
import dev.weft.nn.Module;
import dev.weft.nn.optim.AdamW;
import dev.weft.nn.optim.GradientClipping;
import dev.weft.nn.optim.ParameterGroup;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trains parameters by AdamW: each step adds up the gradients of its micro-batches, clips and
 * updates.
 *
 * <pre>{@code
 * LoraAdapter adapter = LoraAdapter.create(model, loraConfig, seed);
 * TrainingLoop loop = TrainingLoop.adapter(adapter, config);
 * TrainingResult result = loop.run(objective, validation, listener);
 * adapter.save(directory);
 * }</pre>
 *
 * <p>The bits of the result depend on the parameters, the objective and the configuration, but for
 * a length given as a time.
 */
public final class TrainingLoop {
  private final TrainingConfig config;
  private final List<ParameterGroup> groups;
  private final Map<String, UnaryOperator<Tensor>> adapters;
  private final LongSupplier nanos;

  /**
   * Trains these groups, which must be owned F32 tensors, under these adapters (see {@link
   * Run#with}). The groups' own options apply, not {@link TrainingConfig#optimizer}.
   */
  public TrainingLoop(
      List<ParameterGroup> groups,
      Map<String, UnaryOperator<Tensor>> adapters,
      TrainingConfig config) {
    this(groups, adapters, config, System::nanoTime);
  }

  TrainingLoop(
      List<ParameterGroup> groups,
      Map<String, UnaryOperator<Tensor>> adapters,
      TrainingConfig config,
      LongSupplier nanos) {
    this.groups = List.copyOf(groups);
    this.adapters = Map.copyOf(adapters);
    this.config = config;
    this.nanos = nanos;
  }

  /** Trains an adapter alone; weight decay applies to all of it, as with PEFT. */
  public static TrainingLoop adapter(LoraAdapter adapter, TrainingConfig config) {
    ParameterGroup all = new ParameterGroup(adapter.parameters(), config.optimizer());
    return new TrainingLoop(List.of(all), adapter.active(), config);
  }

  /**
   * Trains all parameters of a model, which are copied into memory of their own where they are
   * mapped files; biases and norms have no weight decay.
   */
  public static TrainingLoop full(Module model, TrainingConfig config) {
    List<Parameter> parameters = model.parameters();
    parameters.stream().filter(parameter -> !parameter.isOwned()).forEach(Parameter::own);
    return new TrainingLoop(
        ParameterGroup.decayed(model, parameters, config.optimizer()), Map.of(), config);
  }

  /** Trains without validation. */
  public TrainingResult run(Objective objective, TrainingListener listener) {
    if (config.validateEvery() > 0) {
      throw new IllegalArgumentException(
          "validate_every " + config.validateEvery() + ": there is no validation");
    }
    return new Session(objective, () -> 0, listener).run();
  }

  /**
   * Trains, and ends with the parameters of the best check.
   *
   * @throws IllegalStateException when a loss or a score is not a number
   * @throws ArithmeticException when gradients are to be clipped and one is not finite
   */
  public TrainingResult run(Objective objective, Validation validation, TrainingListener listener) {
    if (config.validateEvery() == 0) {
      throw new IllegalArgumentException("validate_every 0: the validation would never be asked");
    }
    return new Session(objective, validation, listener).run();
  }

  /** The state of one run. */
  private final class Session {
    private final Objective objective;
    private final Validation validation;
    private final TrainingListener listener;
    private final AdamW optimizer = new AdamW(groups);
    private final List<Parameter> parameters = optimizer.parameters();
    private final Gradients gradients = new Gradients(parameters);
    private final BestState best = new BestState(parameters);
    private final List<Double> losses = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final long start = nanos.getAsLong();
    private long validating;
    private long tokens;
    private double bestScore = Double.NEGATIVE_INFINITY;
    private long bestStep;

    Session(Objective objective, Validation validation, TrainingListener listener) {
      this.objective = objective;
      this.validation = validation;
      this.listener = listener;
    }

    TrainingResult run() {
      Stop stop;
      try (Workspace workspace = new Workspace()) {
        do {
          step(workspace, losses.size());
          stop = stop();
        } while (stop == null);
      }
      if (config.validateEvery() == 0) {
        bestStep = losses.size();
      } else if (bestStep < losses.size()) {
        best.restore();
      }
      return new TrainingResult(losses, checks, bestStep, tokens, elapsed(), stop);
    }

    private Duration elapsed() {
      return Duration.ofNanos(nanos.getAsLong() - start);
    }

    private void step(Workspace workspace, long step) {
      double lrFactor = config.lrFactor(step, elapsed());
      double loss = 0;
      List<MicroBatch> batches = objective.step(step);
      long examples = batches.stream().mapToLong(MicroBatch::examples).sum();
      if (examples < 1) {
        throw new IllegalStateException("step " + step + ": the objective gave no examples");
      }
      gradients.clear();
      for (int i = 0; i < batches.size(); i++) {
        MicroBatch batch = batches.get(i);
        float weight = (float) ((double) batch.examples() / examples);
        Run run =
            switch (config.dropout()) {
              case ON -> Run.training(workspace, config.seed(), step, i);
              case OFF -> Run.evaluating(workspace);
            };
        loss += run.with(adapters).call(() -> accumulate(batch, weight));
        tokens += batch.tokens();
      }
      if (!Double.isFinite(loss)) {
        throw new IllegalStateException("step " + step + ": the loss is " + loss);
      }
      boolean clips = config.maxGradNorm() < Double.POSITIVE_INFINITY;
      float scale =
          clips
              ? GradientClipping.scale(GradientClipping.norm(gradients), config.maxGradNorm())
              : 1;
      optimizer.step(gradients, lrFactor, scale);
      losses.add(loss);
      listener.step(progress(loss, lrFactor));
    }

    private double accumulate(MicroBatch batch, float weight) {
      Tape tape =
          Tape.record(
              parameters,
              () -> {
                Tensor loss = batch.loss();
                return weight == 1 ? loss : F.mul(loss, weight);
              });
      double loss = tape.result().item();
      tape.backward(tape.result(), gradients);
      return loss;
    }

    private TrainingListener.Progress progress(double loss, double lrFactor) {
      Duration elapsed = elapsed();
      long step = losses.size();
      double perStep = (double) elapsed.toNanos() / step;
      long steps =
          switch (config.length()) {
            case Steps(long all) -> all;
            case Budget(Duration time) ->
                Math.max(step, (long) (time.toNanos() / Math.max(1, perStep)));
          };
      double seconds = Math.max(1, elapsed.toNanos() - validating) / 1e9;
      return new TrainingListener.Progress(
          step,
          steps,
          loss,
          config.optimizer().lr() * lrFactor,
          tokens / seconds,
          elapsed,
          Duration.ofNanos((long) (perStep * (steps - step))));
    }

    /** Why the run ends here, after a check where one is due; null where it goes on. */
    private @Nullable Stop stop() {
      long step = losses.size();
      Stop stop =
          switch (config.length()) {
            case Steps(long steps) -> step >= steps ? Stop.STEPS : null;
            case Budget(Duration time) -> elapsed().compareTo(time) >= 0 ? Stop.BUDGET : null;
          };
      long every = config.validateEvery();
      if (every == 0 || (stop == null && step % every != 0)) {
        return stop;
      }
      check(step);
      int without = checks.size() - 1 - lastBest();
      return stop == null && config.patience() > 0 && without >= config.patience()
          ? Stop.PATIENCE
          : stop;
    }

    private int lastBest() {
      int last = checks.size() - 1;
      while (!checks.get(last).best()) {
        last--;
      }
      return last;
    }

    private void check(long step) {
      long before = nanos.getAsLong();
      double score = validation.score();
      validating += nanos.getAsLong() - before;
      if (!Double.isFinite(score)) {
        throw new IllegalStateException("step " + step + ": the validation score is " + score);
      }
      boolean better = score > bestScore;
      if (better) {
        bestScore = score;
        bestStep = step;
        best.save();
      }
      Check check = new Check(step, score, better, elapsed());
      checks.add(check);
      listener.validated(check);
    }
  }
}
