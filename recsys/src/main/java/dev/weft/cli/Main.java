package dev.weft.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * The process round the command line: streams, the flags that the JVM needs, and the exit code.
 * Started by the launcher {@code weft}, or by {@code java -jar}, and then it starts the JVM it
 * needs itself.
 */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) throws Exception {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty() && Relaunch.possible()) {
      System.exit(Relaunch.run(arguments));
    }
    takeOverStandardError();
    // Library log lines (which backend, what was written to the cache) without JUL's date and
    // class.
    System.setProperty("java.util.logging.SimpleFormatter.format", "weft: %5$s%6$s%n");
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = Weft.commandLine(out, err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * The launcher gives the JVM a filter as descriptor 2, which drops the notice about the
   * incubating module, and standard error as descriptor 3.
   */
  private static void takeOverStandardError() throws ReflectiveOperationException {
    if (System.getProperty("weft.stderr") != null) {
      Constructor<FileDescriptor> descriptor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      descriptor.setAccessible(true); // the launcher opens java.io
      int number = Integer.getInteger("weft.stderr", 2);
      System.setErr(
          new PrintStream(
              new FileOutputStream(descriptor.newInstance(number)), true, StandardCharsets.UTF_8));
    }
  }
}
