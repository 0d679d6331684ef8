package dev.weft.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a command prints: answers to standard output, everything else to standard error. Whether
 * standard error is a terminal is the system property {@code weft.terminal}, set by the launcher.
 */
final class Console implements AutoCloseable {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private @Nullable Progress progress;

  Console(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
    this.terminal = Boolean.getBoolean("weft.terminal");
  }

  /** A line of the answer. */
  void answer(String line) {
    out.println(line);
  }

  /** A part of a line of the answer, which the reader gets at once. */
  void piece(String text) {
    out.print(text);
    out.flush();
  }

  /** The answer as JSON, indented, map entries in the order of the map. */
  void json(Object value) {
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    out.println(json.writeValueAsString(value));
  }

  /** The answer as JSON on one line. */
  void jsonLine(Object value) {
    out.println(JsonMapper.shared().writeValueAsString(value));
  }

  /** Hands what was answered so far to the reader, for commands that answer line by line. */
  void flush() {
    out.flush();
  }

  /** A line that is not part of the answer. */
  void note(String line) {
    if (progress != null) {
      progress.clear();
    }
    err.println(line);
    err.flush();
  }

  /** A bar for {@code total} steps; it ends the one before. Close it when the steps are done. */
  Progress progress(String label, long total) {
    close();
    Progress started = new Progress(err, terminal, label, total, System::nanoTime);
    progress = started;
    return started;
  }

  /** Standard input as lines of UTF-8. */
  BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** Ends a bar that an error has left open; the streams stay open. */
  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
