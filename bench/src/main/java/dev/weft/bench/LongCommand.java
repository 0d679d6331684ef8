package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes down what the long tests gave. */
@Command(
    name = "long",
    description = {
      "Writes what mvn clean verify -Plong gave to bench/results/long/DATE-COMMIT.json,",
      "from the reports it left; fails where a test failed."
    })
final class LongCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private LongCommand() {}

  @Override
  public Integer call() throws IOException {
    Path root = BenchCommand.root();
    LongRun run = LongRun.read(root);
    String commit = Machine.commit(root);
    String date = LocalDate.now(ZoneOffset.UTC).toString();
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("command", "mvn clean verify -Plong");
    json.put("machine", Machine.describe());
    json.put("cores", Runtime.getRuntime().availableProcessors());
    json.put("jdk", Machine.jdk());
    json.put("commit", commit);
    json.put("date", date);
    ObjectNode suites = json.putObject("suites");
    run.suites().forEach((suite, counts) -> put(suites.putObject(suite), counts));
    LongRun.Counts all =
        run.suites().values().stream().reduce(LongRun.Counts.NONE, LongRun.Counts::plus);
    put(json.putObject("all"), all);
    String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    if (!all.passed()) {
      throw new IllegalStateException(
          all.failures() + " failures and " + all.errors() + " errors; nothing was written");
    }
    Path directory = BenchCommand.results().resolve("long");
    Files.createDirectories(directory);
    Path file = directory.resolve(date + "-" + commit + ".json");
    ResultJson.replace(file, text + "\n");
    spec.commandLine().getOut().println(root.relativize(file));
    return 0;
  }

  private static void put(ObjectNode node, LongRun.Counts counts) {
    node.put("tests", counts.tests());
    node.put("failures", counts.failures());
    node.put("errors", counts.errors());
    node.put("skipped", counts.skipped());
    node.put("seconds", ResultJson.rounded(counts.seconds()));
  }
}
