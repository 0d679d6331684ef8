package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one benchmark. */
@Command(
    name = "run",
    description = {
      "Runs a benchmark and prints its result.",
      "It takes turns with the peer, and wants the machine for itself."
    })
final class RunCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "One of those that list names.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(names = "--save", description = "Write the result to bench/results/NAME.json.")
  private boolean save;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the result to FILE.")
  private @Nullable Path out;

  @Option(
      names = "--case",
      paramLabel = "TEXT",
      description = "Only cases whose name contains TEXT; may be given more than once.")
  private List<String> cases = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often the sides take turns (default: 9).")
  private @Nullable Integer rounds;

  @Option(
      names = "--tokenizer",
      paramLabel = "PATH",
      description = "For tokenizers: also that of a directory or tokenizer.json.")
  private List<Path> tokenizers = new ArrayList<>();

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "Added to the notes of the result, as why a target is missed.")
  private List<String> notes = new ArrayList<>();

  private RunCommand() {}

  @Override
  public Integer call() throws IOException {
    Benchmark benchmark =
        Benchmarks.named(name)
            .orElseThrow(
                () -> wrong("no benchmark is called " + name + "; weft bench list names them"));
    if (save && !cases.isEmpty()) {
      throw wrong("--save with --case would lose the other cases; use --out");
    }
    if (!tokenizers.isEmpty() && !name.equals("tokenizers")) {
      throw wrong("--tokenizer is for the benchmark tokenizers, not " + name);
    }
    if (rounds != null && rounds < 1) {
      throw wrong("--rounds: expected at least 1, got " + rounds);
    }
    Session session =
        new Session(
            BenchCommand.root(),
            rounds == null ? Effort.FULL : Effort.FULL.withRounds(rounds),
            this::wanted,
            tokenizers,
            spec.commandLine().getErr());
    benchmark.run(session);
    if (session.rows().isEmpty()) {
      throw wrong("--case " + String.join(", ", cases) + ": " + name + " has no such case");
    }
    notes.forEach(session::note);
    Result result = session.result(name, command());
    if (save) {
      Files.createDirectories(BenchCommand.results());
      ResultJson.write(BenchCommand.results().resolve(name + ".json"), result);
    }
    if (out != null) {
      ResultJson.write(out.toAbsolutePath(), result);
    }
    spec.commandLine().getOut().print(json ? ResultJson.text(result) : ReadmeTables.table(result));
    return 0;
  }

  private boolean wanted(String candidate) {
    return cases.isEmpty() || cases.stream().anyMatch(candidate::contains);
  }

  /** What to type to repeat the measurement; where its result went is no part of it. */
  private String command() {
    StringBuilder command = new StringBuilder("./weft bench run " + name);
    cases.forEach(text -> command.append(" --case '").append(text).append('\''));
    if (rounds != null) {
      command.append(" --rounds ").append(rounds);
    }
    // Where a tokenizer lies here means nothing elsewhere.
    tokenizers.forEach(path -> command.append(" --tokenizer ").append(path.getFileName()));
    return command.toString();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
