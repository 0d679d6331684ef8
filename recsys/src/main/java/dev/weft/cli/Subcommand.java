package dev.weft.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What a command extends: {@code @Command(name = "embed", description = "...")}, its options as
 * fields, and {@link #run(Console)}. It becomes part of {@code weft} by its line in the list of
 * {@link Weft}.
 *
 * <p>A command reports a failure by throwing: the message of the exception is the line the user
 * reads, so it says where, what was expected and what was found.
 */
abstract class Subcommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Does the work. Answers go to {@link Console#answer} or {@link Console#json}. */
  abstract void run(Console console) throws Exception;

  /** This command as picocli knows it. */
  final CommandSpec spec() {
    return spec;
  }

  /** An exception that says which option is wrong: exit code 2 and a hint at the help. */
  final ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  @Override
  public final Integer call() throws Exception {
    try (Console console = new Console(spec.commandLine().getOut(), spec.commandLine().getErr())) {
      run(console);
    }
    return 0;
  }
}
