package dev.weft.bench;

import dev.weft.bench.suite.Accuracy;
import dev.weft.tensor.Compute;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How accurate exp, log, tanh, erf and the activations are. */
@Command(
    name = "accuracy",
    description = {
      "Measures exp, log, tanh, erf and the activations over all 2^32 floats against double,",
      "in units in the last place; fails where one is worse than its documentation says."
    })
final class AccuracyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--every", paramLabel = "N", description = "Only every Nth float (default: all).")
  private int every = 1;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--save",
      description = "Write the result to bench/results/accuracy/DATE-COMMIT.json.")
  private boolean save;

  private AccuracyCommand() {}

  @Override
  public Integer call() throws IOException {
    if (every < 1 || (save && every > 1)) {
      throw new ParameterException(
          spec.commandLine(),
          save ? "--save: expected every float" : "--every: expected at least 1, got " + every);
    }
    Path root = BenchCommand.root();
    String commit = Machine.commit(root);
    ObjectNode result = JsonMapper.shared().createObjectNode();
    result.put("command", "./weft bench accuracy" + (every > 1 ? " --every " + every : ""));
    result.put("machine", Machine.describe());
    result.put("jdk", Machine.jdk());
    result.put("backend", Compute.backend());
    result.put("commit", commit);
    String date = LocalDate.now(ZoneOffset.UTC).toString();
    result.put("date", date);
    ObjectNode functions = result.putObject("functions");
    List<String> worse = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(
          "%-22s %9s %9s %-9s %16s %10s%n",
          "function", "worst ulp", "bound", "of", "at", "subnormal");
    }
    for (Accuracy.Case function : Accuracy.ALL) {
      Accuracy.Errors errors = Accuracy.measure(function, every);
      put(functions.putObject(function.name()), function, errors);
      if (!json) {
        out.printf(
            Locale.ROOT,
            "%-22s %9.4f %9.4f %-9s %16s %10.3g%n",
            function.name(),
            errors.worst(),
            function.bound(),
            function.unit().toString().toLowerCase(Locale.ROOT),
            errors.at(),
            errors.worstSubnormal());
        out.flush();
      }
      if (!(errors.worst() <= function.bound())) {
        worse.add(function.name());
      }
    }
    if (json) {
      out.println(result);
    }
    if (!worse.isEmpty()) {
      throw new IllegalStateException(
          "worse than documented: " + String.join(", ", worse) + "; nothing was written");
    }
    if (save) {
      Path directory = BenchCommand.results().resolve("accuracy");
      Files.createDirectories(directory);
      Path file = directory.resolve(date + "-" + commit + ".json");
      String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(result);
      ResultJson.replace(file, text + "\n");
      out.println(root.relativize(file));
    }
    return 0;
  }

  private static void put(ObjectNode node, Accuracy.Case function, Accuracy.Errors errors) {
    node.put("worst_ulp", ResultJson.rounded(errors.worst()));
    node.put("bound", function.bound());
    node.put("ulp_of", function.unit().toString().toLowerCase(Locale.ROOT));
    node.put("at", errors.at());
    node.put("worst_ulp_subnormal", ResultJson.rounded(errors.worstSubnormal()));
  }
}
