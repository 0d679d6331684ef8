package dev.weft.cli;

import dev.weft.lora.train.TrainingResult;
import dev.weft.recsys.baseline.Baselines;
import dev.weft.recsys.baseline.SasRec;
import dev.weft.recsys.baseline.SasRecConfig;
import dev.weft.recsys.baseline.SasRecProgress;
import dev.weft.recsys.baseline.SasRecTraining;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.llmrec.LlmRecModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Trains one method and evaluates it. */
@Command(name = "train", description = "Train one method on a data set, evaluate it, and save it.")
final class TrainCommand extends Subcommand {
  private static final long STEPS = 200;

  @Mixin private DataOption data = new DataOption();
  @Mixin private SeedOption seed = new SeedOption();
  @Mixin private LlmRecOptions llmRec = new LlmRecOptions();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "llmrec",
      description = "llmrec, sasrec, itemknn, popularity or recent (default: ${DEFAULT-VALUE}).")
  private String method = Work.LLMREC;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write the model, metrics.json and run.json.")
  private @Nullable Path out;

  @Option(
      names = "--keep-history",
      description = "Show full ranking with the history's items left in, as RecBole evaluates.")
  private boolean keepHistory;

  @Option(
      names = "--zero-shot",
      description = "With llmrec: evaluate the model before training as well.")
  private boolean zeroShot;

  @Option(names = "--json", description = "Print metrics.json instead of tables.")
  private boolean json;

  @Override
  void run(Console console) throws Exception {
    List<String> known = new ArrayList<>(List.of(Work.LLMREC, Work.SASREC));
    known.addAll(Baselines.names());
    if (!known.contains(method)) {
      throw wrongUsage("--method: expected one of " + known + ", got " + method);
    }
    if (llmRec.contradicts()) {
      throw wrongUsage("--max-steps and --budget: expected one of them");
    }
    Dataset set = data.open(seed.seed());
    Path directory = out;
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try (Work work = new Work(console, new Split(set))) {
      List<Evaluation> evaluations = new ArrayList<>();
      ObjectNode curve = JsonNodeFactory.instance.objectNode();
      switch (method) {
        case Work.LLMREC -> curve(llmRec(work, evaluations, directory), curve);
        case Work.SASREC -> {
          List<SasRecProgress.Epoch> epochs = new ArrayList<>();
          SasRec model = work.sasrec(SasRecConfig.DEFAULT, sasrec(), epochs::add);
          curve(epochs, curve);
          evaluations.add(work.evaluate(model));
          if (directory != null) {
            model.save(directory.resolve(Work.SASREC));
          }
        }
        default -> evaluations.add(work.evaluate(work.baseline(method)));
      }
      ObjectNode metrics = MetricsFile.json(evaluations, set, seed.seed(), work.seconds());
      if (!curve.isEmpty()) {
        metrics.set("training", curve);
      }
      if (directory != null) {
        RunFile.writeJson(directory.resolve(MetricsFile.NAME), metrics);
        RunFile.of(List.of(method), set, seed.seed()).write(directory);
        console.note("written: " + directory);
      }
      if (json) {
        console.json(metrics);
      } else {
        console.answer(MetricsFile.tables(evaluations, keepHistory));
      }
    }
  }

  private TrainingResult llmRec(Work work, List<Evaluation> evaluations, @Nullable Path directory)
      throws Exception {
    try (LlmRecModel model = llmRec.open(seed.seed())) {
      if (zeroShot) {
        evaluations.add(work.evaluate(Work.ZERO_SHOT, model.zeroShot()));
      }
      TrainingResult trained =
          work.train(model, llmRec.training(seed.seed(), STEPS), llmRec.batches());
      if (directory != null) {
        model.save(directory);
      }
      evaluations.add(work.evaluate(Work.LLMREC, model));
      return trained;
    }
  }

  private SasRecTraining sasrec() {
    SasRecTraining training = SasRecTraining.of(seed.seed());
    Duration time = llmRec.time();
    return time == null ? training : training.within(time);
  }

  private static void curve(TrainingResult trained, ObjectNode training) {
    training.put("steps", trained.steps());
    training.put("best_step", trained.bestStep());
    training.put("tokens", trained.tokens());
    training.put("seconds", trained.elapsed().toMillis() / 1000.0);
    ArrayNode losses = training.putArray("losses");
    trained.losses().forEach(losses::add);
    ArrayNode checks = training.putArray("validations");
    for (TrainingResult.Check check : trained.checks()) {
      ObjectNode each = checks.addObject();
      each.put("step", check.step());
      each.put("seconds", check.elapsed().toMillis() / 1000.0);
      each.put("sampled NDCG@10", check.score());
    }
  }

  private static void curve(List<SasRecProgress.Epoch> epochs, ObjectNode training) {
    training.put("epochs", epochs.size());
    ArrayNode checks = training.putArray("validations");
    for (SasRecProgress.Epoch epoch : epochs) {
      ObjectNode each = checks.addObject();
      each.put("epoch", epoch.epoch());
      each.put("seconds", epoch.elapsed().toMillis() / 1000.0);
      each.put("loss", epoch.loss());
      each.put("full NDCG@10", epoch.validation());
      each.put("sampled NDCG@10", epoch.sampled());
    }
  }
}
