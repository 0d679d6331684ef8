package dev.weft.cli;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.llmrec.LlmRecModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates the methods of a saved run again. */
@Command(name = "evaluate", description = "Evaluate a saved run on the test targets of a data set.")
final class EvaluateCommand extends Subcommand {
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      required = true,
      description = "What weft recsys train or weft demo wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path run;

  @Option(
      names = "--keep-history",
      description = "Show full ranking with the history's items left in, as RecBole evaluates.")
  private boolean keepHistory;

  @Option(names = "--json", description = "Print the metrics as in metrics.json.")
  private boolean json;

  @Override
  void run(Console console) throws Exception {
    RunFile file = RunFile.read(run);
    Dataset set = data.open(file.seed());
    file.check(run, set);
    try (Work work = new Work(console, new Split(set))) {
      List<Evaluation> evaluations = new ArrayList<>();
      for (String method : file.methods()) {
        evaluations.add(
            switch (method) {
              case Work.LLMREC, Work.ZERO_SHOT -> {
                try (LlmRecModel model = LlmRecModel.load(run)) {
                  boolean trained = method.equals(Work.LLMREC);
                  yield work.evaluate(method, trained ? model : model.zeroShot());
                }
              }
              default -> work.evaluate(work.load(run, method));
            });
      }
      if (json) {
        console.json(MetricsFile.json(evaluations, set, file.seed(), work.seconds()));
      } else {
        console.answer(MetricsFile.tables(evaluations, keepHistory));
      }
    }
  }
}
