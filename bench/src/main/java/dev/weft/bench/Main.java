package dev.weft.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The process of {@code weft bench}; the launcher starts it from a checkout. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    // Library log lines (which backend, what was written to the cache) without date and class, and
    // none of the logging facade that DJL looks for.
    System.setProperty("java.util.logging.SimpleFormatter.format", "weft bench: %5$s%6$s%n");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = BenchCommand.commandLine(out, err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }
}
