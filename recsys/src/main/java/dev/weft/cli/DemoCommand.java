package dev.weft.cli;

import dev.weft.lora.LoraConfig;
import dev.weft.lora.TargetModules;
import dev.weft.lora.train.TrainingConfig;
import dev.weft.lora.train.TrainingResult;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.recsys.baseline.Baselines;
import dev.weft.recsys.baseline.SasRec;
import dev.weft.recsys.baseline.SasRecConfig;
import dev.weft.recsys.baseline.SasRecTraining;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Sample;
import dev.weft.recsys.data.SimulatorConfig;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.recsys.llmrec.LlmRec;
import dev.weft.recsys.llmrec.LlmRecConfig;
import dev.weft.recsys.llmrec.LlmRecConfig.Sharing;
import dev.weft.recsys.llmrec.LlmRecConfig.Similarity;
import dev.weft.recsys.llmrec.LlmRecModel;
import dev.weft.tensor.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, from item titles to recommendations, in a few minutes. */
@Command(
    name = "demo",
    description = {
      "Train LLM-Rec on a data set and set it beside other recommenders.",
      "Writes the adapter, metrics.json and report.html."
    })
final class DemoCommand extends Subcommand {
  private static final double NONE_CROSSES = 0;
  private static final double ALL_CROSS = 1;
  private static final int SHOWN = 10;

  // Half the paper's, and few steps: the demo has four minutes on two cores for three settings.
  // In these steps dot products at temperature 8 learn; cosines at 0.05 end below zero-shot.
  private static final int HISTORY = 5;
  private static final SasRecConfig SASREC = SasRecConfig.DEFAULT.withDropout(0.3);

  @Mixin private DataOption data = new DataOption();
  @Mixin private SeedOption seed = new SeedOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "weft-demo",
      description = "Where to write (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("weft-demo");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "default",
      description = "A Hugging Face directory, or default: the embedded all-MiniLM-L6-v2.")
  private String model = "default";

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "26",
      description = "Training steps of 32 users (default: ${DEFAULT-VALUE}).")
  private long steps = 26;

  @Override
  void run(Console console) throws Exception {
    if (steps < 1) {
      throw wrongUsage("--steps: expected 1 or more, got " + steps);
    }
    Files.createDirectories(out);
    Dataset set = data.open(seed.seed());
    console.note(
        String.format(
            Locale.ROOT,
            "%s: %,d users, %,d items, %,d interactions%s",
            set.name(),
            set.users(),
            set.items(),
            set.interactions(),
            set.origin() == Origin.SIMULATED ? " (simulated)" : ""));
    List<ReportData.DialSetting> dial = new ArrayList<>();
    List<Evaluation> some = new ArrayList<>();
    List<ReportData.Phase> phases = new ArrayList<>();
    List<Evaluation> evaluations = new ArrayList<>();
    try (Work work = new Work(console, new Split(set))) {
      ReportData.Example example;
      TrainingResult training;
      try (LlmRecModel llmRec = open()) {
        evaluations.add(work.evaluate(Work.ZERO_SHOT, llmRec.zeroShot()));
        console.note("zero-shot: " + line(evaluations.getFirst()));
        training = work.train(llmRec, training(), batches());
        llmRec.save(out);
        LlmRec method = work.encode(Work.LLMREC, llmRec);
        evaluations.addFirst(work.evaluate(method));
        some.add(work.evaluateSome(method));
        console.note("trained:   " + line(evaluations.getFirst()));
        example = example(set, method);
      }
      SasRec sasRec = work.sasrec(SASREC, sasrec(), epoch -> {});
      sasRec.save(out.resolve(Work.SASREC));
      evaluations.add(work.evaluate(sasRec));
      some.add(work.evaluateSome(sasRec));
      for (String baseline : Baselines.names().reversed()) {
        evaluations.add(work.evaluate(work.baseline(baseline)));
      }
      if (set.origin() == Origin.SIMULATED) {
        dial.add(setting(console, NONE_CROSSES, work));
        dial.add(new ReportData.DialSetting(SimulatorConfig.DEFAULT.cross(), some));
        dial.add(setting(console, ALL_CROSS, work));
      }
      work.seconds()
          .forEach((name, time) ->
              phases.add(new ReportData.Phase(name, Duration.ofMillis((long) (time * 1000)))));
      write(work, set, evaluations, training, dial, example, phases);
      answer(console, evaluations, example);
    }
    console.note("written: " + out + " (open " + out.resolve("report.html") + ")");
  }

  private LlmRecModel open() throws IOException {
    LlmRecConfig config =
        LlmRecModel.configOf(model)
            .withSimilarity(Similarity.DOT)
            .withHistory(HISTORY)
            .withNegatives(4, Sharing.BATCH)
            .withTemperature(8);
    LoraConfig lora =
        new LoraConfig(
            16, 16, 0.0, new TargetModules.Names(List.of("query", "key", "value", "dense")));
    return LlmRecModel.open(model, config).adapted(lora, seed.seed());
  }

  private TrainingConfig training() {
    AdamWOptions optimizer = AdamWOptions.DEFAULTS.withWeightDecay(1e-3);
    double lr = 2e-3;
    return TrainingConfig.of(new TrainingConfig.Steps(steps), lr)
        .withOptimizer(optimizer.withLr(lr))
        .withSchedule(TrainingConfig.Decay.LINEAR, 0.1)
        .withMaxGradNorm(1.0)
        .withSeed(seed.seed());
  }

  private static Work.Batches batches() {
    return new Work.Batches(Integer.MAX_VALUE, 32, 8192);
  }

  private SasRecTraining sasrec() {
    return SasRecTraining.ofSmall(seed.seed()).atMost(8);
  }

  /** LLM-Rec and SASRec where interests cross domains to another degree; all else is equal. */
  private ReportData.DialSetting setting(Console console, double cross, Work main)
      throws IOException {
    console.note("the same where interests cross domains to the degree " + cross + ":");
    Dataset set = Sample.dataset(seed.seed(), cross);
    long start = System.nanoTime();
    try (Work work = new Work(console, new Split(set));
        LlmRecModel llmRec = open()) {
      work.train(llmRec, training(), batches());
      Evaluation trained = work.evaluateSome(work.encode(Work.LLMREC, llmRec));
      Evaluation sasRec = work.evaluateSome(work.sasrec(SASREC, sasrec(), epoch -> {}));
      double seconds = (System.nanoTime() - start) / 1e9;
      main.seconds().put("dial at " + cross, Math.round(seconds * 100) / 100.0);
      return new ReportData.DialSetting(cross, List.of(trained, sasRec));
    }
  }

  /** The first user whose true next item is among the ten, else the first user. */
  private static ReportData.Example example(Dataset set, LlmRec method) {
    Split split = new Split(set);
    ReportData.Example first = null;
    for (int user = 0; user < Math.min(set.users(), 200); user++) {
      if (split.has(user, Target.TEST)) {
        ReportData.Example example = example(set, split, method, user);
        if (example.rank() <= SHOWN) {
          return example;
        }
        first = first == null ? example : first;
      }
    }
    if (first == null) {
      throw new IllegalArgumentException(set.name() + ": no user has a test target");
    }
    return first;
  }

  private static ReportData.Example example(Dataset set, Split split, LlmRec method, int user) {
    int[] history = split.history(user, Target.TEST);
    int target = split.item(user, Target.TEST);
    float[] scores = new float[set.items()];
    method.score(user, history, scores);
    Set<Integer> seen = Arrays.stream(history).boxed().collect(Collectors.toSet());
    seen.remove(target);
    Recommendations best = Recommendations.of(scores, seen, SHOWN);
    int rank = 1;
    for (int item = 0; item < scores.length; item++) {
      if (item != target && !seen.contains(item) && scores[item] >= scores[target]) {
        rank++;
      }
    }
    List<ReportData.Recommendation> recommended = new ArrayList<>();
    for (int i = 0; i < best.items().size(); i++) {
      recommended.add(
          new ReportData.Recommendation(set.item(best.items().get(i)), best.scores().get(i)));
    }
    List<Item> read =
        Arrays.stream(history)
            .skip(Math.max(0, history.length - SHOWN))
            .mapToObj(set::item)
            .toList();
    return new ReportData.Example(set.userId(user), read, recommended, set.item(target), rank);
  }

  private void write(
      Work work,
      Dataset set,
      List<Evaluation> evaluations,
      TrainingResult training,
      List<ReportData.DialSetting> dial,
      ReportData.Example example,
      List<ReportData.Phase> phases)
      throws IOException {
    ReportData.Run run =
        new ReportData.Run(
            model.equals("default") ? "default (all-MiniLM-L6-v2)" : model,
            "LoRA on all linear layers, r 16, alpha 16",
            seed.seed(),
            Compute.threads(),
            new Version().number(),
            new Version().commit(),
            "./weft demo --model " + model + " --data " + data.name() + " --seed " + seed.seed(),
            phases);
    Report.write(
        out.resolve("report.html"),
        new ReportData(run, set, training, "NDCG@10", evaluations, dial, Optional.of(example)));
    RunFile.writeJson(
        out.resolve(MetricsFile.NAME),
        MetricsFile.json(evaluations, set, seed.seed(), work.seconds()));
    RunFile.of(evaluations.stream().map(Evaluation::method).toList(), set, seed.seed()).write(out);
  }

  private static String line(Evaluation evaluation) {
    return String.format(
        Locale.ROOT,
        "NDCG@10 %.2f %% (full ranking), %.2f %% (sampled)",
        100 * evaluation.mean(Protocol.FULL, Metric.NDCG_10),
        100 * evaluation.mean(Protocol.SAMPLED, Metric.NDCG_10));
  }

  private static void answer(
      Console console, List<Evaluation> evaluations, ReportData.Example example) {
    console.answer(MetricsFile.tables(evaluations, false));
    console.answer("");
    console.answer("user " + example.user() + " (the last " + example.history().size() + ")");
    example.history().forEach(item -> console.answer("     " + name(item)));
    console.answer("recommended");
    int number = 1;
    for (ReportData.Recommendation each : example.recommendations()) {
      boolean hit = each.item().equals(example.next());
      console.answer(
          String.format("%3d. %s%s", number++, name(each.item()), hit ? "  <- bought next" : ""));
    }
    if (example.rank() > SHOWN) {
      console.answer("bought next, at rank " + example.rank() + ": " + name(example.next()));
    }
  }

  private static String name(Item item) {
    return String.format("%-14s %s", item.domain(), item.title());
  }
}
