package dev.weft.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks. */
@Command(
    name = "weft bench",
    description = "Measures Weft beside its peers, from a source checkout.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpWidth = 100,
    subcommands = {ListCommand.class, RunCommand.class, ReadmeCommand.class, LongCommand.class})
final class BenchCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean debug;

  private BenchCommand() {}

  /** The whole command line, writing to these two and to nothing else. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    BenchCommand root = new BenchCommand();
    return new CommandLine(root)
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          err.println("weft bench: " + message(e));
          if (root.debug) {
            e.printStackTrace(err);
          }
          return 1;
        });
  }

  private static String message(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return e instanceof java.nio.file.NoSuchFileException
        ? message + ": no such file"
        : message.lines().findFirst().orElse(message);
  }

  /** The checkout: what the launcher says, else the working directory. */
  static Path root() {
    return Path.of(System.getProperty("weft.root", "")).toAbsolutePath();
  }

  /** Where results are committed. */
  static Path results() {
    return root().resolve("bench").resolve("results");
  }

  /** Runs when no command is named. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}
