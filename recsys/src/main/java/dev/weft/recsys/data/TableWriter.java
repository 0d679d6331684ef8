package dev.weft.recsys.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes one atomic file beside its place and moves it there on {@link #commit}; closed before
 * that, it leaves nothing.
 */
final class TableWriter implements AutoCloseable {
  private final Path target;
  private final Path beside;
  private final BufferedWriter out;

  TableWriter(Path target) throws IOException {
    this.target = target;
    this.beside = target.resolveSibling(target.getFileName() + ".part");
    // The encoder of a writer made this way reports what UTF-8 cannot hold (half a surrogate pair).
    this.out = Files.newBufferedWriter(beside, StandardCharsets.UTF_8);
  }

  void row(String... fields) throws IOException {
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].chars().anyMatch(c -> c == '\t' || c == '\n' || c == '\r')) {
        throw new IllegalArgumentException(
            target + ": expected a field without tabs and line ends, got \"" + fields[i] + "\"");
      }
      out.write(fields[i]);
      out.write(i + 1 < fields.length ? '\t' : '\n');
    }
  }

  void commit() throws IOException {
    out.close();
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(beside);
  }
}
