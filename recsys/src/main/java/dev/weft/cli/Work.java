package dev.weft.cli;

import dev.weft.lora.train.TrainingConfig;
import dev.weft.lora.train.TrainingListener;
import dev.weft.lora.train.TrainingLoop;
import dev.weft.lora.train.TrainingResult;
import dev.weft.lora.train.Validation;
import dev.weft.recsys.baseline.Baselines;
import dev.weft.recsys.baseline.SasRec;
import dev.weft.recsys.baseline.SasRecConfig;
import dev.weft.recsys.baseline.SasRecProgress;
import dev.weft.recsys.baseline.SasRecTraining;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.recsys.eval.Recommender;
import dev.weft.recsys.llmrec.LlmRec;
import dev.weft.recsys.llmrec.LlmRecModel;
import dev.weft.recsys.llmrec.LlmRecObjective;
import dev.weft.recsys.llmrec.Texts;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The steps that {@code demo} and {@code recsys} are made of, with their progress and wall times.
 */
final class Work implements AutoCloseable {
  static final String LLMREC = "llmrec";
  static final String ZERO_SHOT = "llmrec-zeroshot";
  static final String SASREC = "sasrec";

  private final Console console;
  private final Split split;
  private final Workspace workspace = new Workspace();
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  Work(Console console, Split split) {
    this.console = console;
    this.split = split;
  }

  Dataset data() {
    return split.data();
  }

  /** Wall seconds by step, in order. */
  Map<String, Double> seconds() {
    return seconds;
  }

  private void took(String step, long since) {
    double now = Math.round((System.nanoTime() - since) / 1e7) / 100.0;
    seconds.merge(step, now, Double::sum);
  }

  /** Encodes all items with the model as it is now. */
  LlmRec encode(String name, LlmRecModel model) {
    Texts texts = model.texts(data());
    long tokens = 0;
    for (int i = 0; i < data().items(); i++) {
      tokens += texts.item(i).length;
    }
    try (Progress progress = console.progress("encode items", tokens)) {
      LongUnaryOperator done = counter();
      return LlmRec.encode(
          name,
          model.tower(),
          texts,
          data().items(),
          workspace,
          more -> progress.update(done.applyAsLong(more), "tokens"));
    }
  }

  private static LongUnaryOperator counter() {
    long[] sum = new long[1];
    return more -> sum[0] += more;
  }

  /** Evaluates a method on the test targets. */
  Evaluation evaluate(Recommender method) {
    long start = System.nanoTime();
    Evaluator evaluator = new Evaluator(split, Target.TEST);
    Evaluation evaluation;
    try (Progress progress =
        console.progress("evaluate " + method.name(), evaluator.users().length)) {
      evaluation = evaluator.evaluate(new Watched(method, progress));
    }
    took("evaluate " + method.name(), start);
    return evaluation;
  }

  /** Evaluates a method on every fourth user's test target. */
  Evaluation evaluateSome(Recommender method) {
    Evaluator evaluator = new Evaluator(split, Target.TEST);
    return evaluator.evaluate(
        method, Arrays.stream(evaluator.users()).filter(user -> user % 4 == 0).toArray());
  }

  /** Encodes and evaluates LLM-Rec as it is now. */
  Evaluation evaluate(String name, LlmRecModel model) {
    long start = System.nanoTime();
    LlmRec method = encode(name, model);
    took("evaluate " + name, start);
    return evaluate(method);
  }

  /**
   * How LLM-Rec is trained beyond the optimiser.
   *
   * @param targets of each user, the last in time
   * @param users of a step
   */
  record Batches(int targets, int users, int tokensPerMicroBatch) {}

  /**
   * Trains the model's adapter, or all of it where it has none; with validation the best state is
   * kept, by NDCG@10 of every tenth user's validation target under the sampled protocol.
   */
  TrainingResult train(LlmRecModel model, TrainingConfig config, Batches batches) {
    long start = System.nanoTime();
    Texts texts = model.texts(data());
    LlmRecObjective objective =
        new LlmRecObjective(
            model.tower(),
            split,
            texts,
            model.config(),
            batches.targets(),
            batches.users(),
            batches.tokensPerMicroBatch(),
            config.seed());
    TrainingLoop loop =
        model.adapter() == null
            ? TrainingLoop.full(model.encoder(), config)
            : TrainingLoop.adapter(model.adapter(), config);
    TrainingResult result;
    try (Bar bar = new Bar("train llmrec")) {
      result =
          config.validateEvery() == 0
              ? loop.run(objective, bar)
              : loop.run(objective, validation(model, texts), bar);
    }
    took("train llmrec", start);
    return result;
  }

  private Validation validation(LlmRecModel model, Texts texts) {
    Evaluator evaluator = new Evaluator(split, Target.VALIDATION);
    int[] users = Arrays.stream(evaluator.users()).filter(user -> user % 10 == 0).toArray();
    return () -> {
      LlmRec method =
          LlmRec.encode(LLMREC, model.tower(), texts, data().items(), workspace, more -> {});
      return evaluator.evaluate(method, users).mean(Protocol.SAMPLED, Metric.NDCG_10);
    };
  }

  /** Training as a bar whose length may change, as with a budget of time. */
  private final class Bar implements TrainingListener, AutoCloseable {
    private final String label;
    private dev.weft.cli.@Nullable Progress bar;
    private double smooth;

    Bar(String label) {
      this.label = label;
    }

    @Override
    public void step(TrainingListener.Progress at) {
      smooth = at.step() == 1 ? at.loss() : 0.9 * smooth + 0.1 * at.loss();
      if (bar == null) {
        bar = console.progress(label, 1000);
      }
      Duration all = at.elapsed().plus(at.remaining());
      long share = all.isZero() ? 0 : at.elapsed().toMillis() * 1000 / Math.max(1, all.toMillis());
      bar.update(
          Math.min(1000, share),
          String.format(
              Locale.ROOT,
              "step %d, loss %.3f, %,.0f tokens/s",
              at.step(),
              smooth,
              at.tokensPerSecond()));
    }

    @Override
    public void validated(TrainingResult.Check check) {
      console.note(
          String.format(
              Locale.ROOT,
              "  step %d, %d s: validation NDCG@10 %.2f %% (sampled)%s",
              check.step(),
              check.elapsed().toSeconds(),
              100 * check.score(),
              check.best() ? ", the best so far" : ""));
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.update(1000, "loss " + String.format(Locale.ROOT, "%.3f", smooth));
        bar.close();
      }
    }
  }

  /** Trains SASRec; {@code epochs} gets every epoch. */
  SasRec sasrec(
      SasRecConfig config, SasRecTraining training, Consumer<SasRecProgress.Epoch> epochs) {
    long start = System.nanoTime();
    SasRec model;
    try (Progress bar = console.progress("train sasrec", training.maxEpochs())) {
      model =
          SasRec.fit(
              split,
              config,
              training,
              progress -> {
                switch (progress) {
                  case SasRecProgress.Step step ->
                      bar.update(
                          step.epoch() - 1L,
                          String.format(
                              Locale.ROOT, "epoch %d, loss %.3f", step.epoch(), step.loss()));
                  case SasRecProgress.Epoch epoch -> {
                    epochs.accept(epoch);
                    bar.update(
                        epoch.epoch(),
                        String.format(
                            Locale.ROOT,
                            "loss %.3f, validation NDCG@10 %.2f %%",
                            epoch.loss(),
                            100 * epoch.validation()));
                  }
                }
              });
    }
    took("train sasrec", start);
    return model;
  }

  /** A method that needs no training beyond counting. */
  Recommender baseline(String name) {
    long start = System.nanoTime();
    Recommender fitted = Baselines.fit(name, split);
    took("fit " + name, start);
    return fitted;
  }

  /** One method of a saved run, ready to score. */
  Recommender load(Path directory, String method) throws IOException {
    return switch (method) {
      case SASREC -> SasRec.load(directory.resolve(SASREC), data());
      case LLMREC, ZERO_SHOT -> throw new IllegalArgumentException(method + " is a model");
      default -> baseline(method);
    };
  }

  @Override
  public void close() {
    workspace.close();
  }
}
