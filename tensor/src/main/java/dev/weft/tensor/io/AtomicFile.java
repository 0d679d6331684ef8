package dev.weft.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file beside its place and renames it, so that readers, and mappings of an older version,
 * never see a half-written one. A failed write leaves nothing behind.
 */
public final class AtomicFile {
  /** What fills the file. */
  @FunctionalInterface
  public interface Body {
    void write(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /** Replaces {@code file} by what {@code body} writes; the directory must exist. */
  public static void write(Path file, Body body) throws IOException {
    Path beside =
        file.resolveSibling(
            String.format(
                ".%s.%d-%x.tmp",
                file.getFileName(), ProcessHandle.current().pid(), System.nanoTime()));
    try {
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.write(channel);
        channel.force(false);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Replaces {@code file} by these bytes. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
