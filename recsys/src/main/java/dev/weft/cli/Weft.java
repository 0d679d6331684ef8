package dev.weft.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command and the list of all commands. */
@Command(
    name = "weft",
    description =
        "Transformers in pure Java, and LLM-Rec, a recommender that reads histories as text.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpWidth = 100,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed; one line on standard error says why",
      "2:wrong usage"
    },
    subcommands = {
      DemoCommand.class,
      RecsysCommand.class,
      EmbedCommand.class,
      ForwardCommand.class,
      InspectCommand.class,
      TokenizeCommand.class,
      DetokenizeCommand.class,
      GenerateCommand.class,
      Completion.class
    })
final class Weft implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private boolean debug;

  private Weft() {}

  /** The whole command line, writing to these two and to nothing else. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    Weft root = new Weft();
    return new CommandLine(root)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Errors::usage)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> Errors.failure(e, command, root.debug))
        .setExecutionStrategy(Weft::run);
  }

  @Option(
      names = "--threads",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:WEFT_THREADS}",
      description =
          "Threads to compute with; never changes a result (WEFT_THREADS; default: all processors).")
  void threads(@Nullable Integer count) {
    if (count == null) {
      return;
    }
    if (count < 1 || count > 1024) {
      throw new ParameterException(
          spec.commandLine(), "--threads (WEFT_THREADS): expected 1 to 1024, got " + count);
    }
    // Read by the worker pool when the first kernel runs, which is after parsing.
    System.setProperty("weft.threads", count.toString());
  }

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  void debug(boolean debug) {
    this.debug = debug;
  }

  private static int run(ParseResult parsed) {
    CommandLine command = parsed.commandSpec().commandLine();
    int exitCode;
    try {
      exitCode = new RunLast().execute(parsed);
    } catch (Error e) { // picocli hands only exceptions to the handler
      throw new ExecutionException(command, e.toString(), e);
    }
    command.getErr().flush();
    if (command.getOut().checkError()) { // flushes first
      command.getErr().println("weft: standard output: could not write the answer");
      command.getErr().flush();
      return Math.max(exitCode, 1);
    }
    return exitCode;
  }

  /** Runs when no command is named. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}
