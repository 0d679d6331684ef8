package dev.weft.cli;

import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How errors look: one line {@code weft: ...} on standard error, exit code 1, or 2 for wrong usage.
 */
final class Errors {
  private Errors() {}

  /** Wrong usage: the line, a suggestion where one is near, and where the help is. */
  static int usage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(line(e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Work that failed: the line, or the stack trace as well. */
  static int failure(Throwable e, CommandLine command, boolean debug) {
    PrintWriter err = command.getErr();
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    err.println(line(message(cause)));
    if (debug) {
      cause.printStackTrace(err);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static String line(@Nullable String message) {
    return "weft: " + String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** What the exception says; the file system's exceptions say only the path. */
  private static @Nullable String message(Throwable e) {
    return switch (e) {
      case UncheckedIOException unchecked when unchecked.getCause() != null ->
          message(unchecked.getCause());
      case NoSuchFileException file -> file(file, "no such file");
      case AccessDeniedException file -> file(file, "permission denied");
      case FileAlreadyExistsException file -> file(file, "exists already");
      case NotDirectoryException file -> file(file, "not a directory");
      case FileNotFoundException file -> file.getMessage();
      case OutOfMemoryError memory ->
          "out of memory ("
              + memory.getMessage()
              + "); the heap limit is "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB, WEFT_JAVA_OPTS=-Xmx... raises it";
      default ->
          e.getMessage() == null || unexpected(e)
              ? "internal error: " + e + " (--debug prints where)"
              : e.getMessage();
    };
  }

  private static boolean unexpected(Throwable e) {
    return e instanceof Error
        || e instanceof NullPointerException
        || e instanceof IndexOutOfBoundsException
        || e instanceof ClassCastException
        || e instanceof ArithmeticException;
  }

  private static String file(FileSystemException e, String what) {
    return e.getFile() + ": " + (e.getReason() == null ? what : e.getReason());
  }
}
