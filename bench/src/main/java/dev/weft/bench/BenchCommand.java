package dev.weft.bench;

import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
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
    subcommands = {
      ListCommand.class,
      RunCommand.class,
      ReadmeCommand.class,
      LongCommand.class,
      AccuracyCommand.class
    })
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
        .setExecutionStrategy(BenchCommand::execute)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          Throwable cause =
              e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
          err.println("weft bench: " + message(cause));
          if (root.debug) {
            cause.printStackTrace(err);
          }
          return 1;
        });
  }

  private static int execute(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (Error e) { // picocli hands only exceptions to the handler
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.toString(), e);
    }
  }

  private static String message(Throwable e) {
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + ": no such file";
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
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
