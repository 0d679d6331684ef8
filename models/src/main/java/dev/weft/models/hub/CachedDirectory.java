package dev.weft.models.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A directory that is built once from a source and found ready ever after.
 *
 * <p>It is built beside its place and renamed, under a lock that other threads and processes wait
 * for: nobody sees half of it. A stamp file inside names the source and the size and CRC-32C of
 * every file; a directory that no longer agrees with its stamp is built again, with a line that
 * says why. (CRC-32C and not SHA-256, because it is checked on every start: it finds damage, not
 * malice.)
 */
final class CachedDirectory {
  /** Fills an empty directory. */
  @FunctionalInterface
  interface Builder {
    void build(Path directory) throws IOException;
  }

  /**
   * The first line says what the directory was made from; each further line is size, CRC-32C and
   * path of a file. Not JSON: it is read on every start, and binding JSON takes longer than all
   * else.
   */
  static final String STAMP = "weft-source.txt";

  private static final String END = "end";

  // File locks exclude processes but throw on a second thread of this one.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path directory;
  private final String source;

  CachedDirectory(Path directory, String source) {
    this.directory = directory;
    this.source = source;
  }

  /** The directory, built where it is not there or damaged; {@code progress} gets lines to show. */
  Path get(String building, Builder builder, Consumer<String> progress) throws IOException {
    if (Files.exists(directory) && damage().isEmpty()) {
      return directory;
    }
    Path parent = Files.createDirectories(directory.toAbsolutePath().getParent());
    IN_PROCESS.lock();
    try (FileChannel channel =
            FileChannel.open(
                parent.resolve("." + directory.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var held = channel.lock()) {
      Optional<String> damage = Files.exists(directory) ? damage() : Optional.of("");
      if (damage.isPresent() && held.isValid()) {
        damage
            .filter(text -> !text.isEmpty())
            .ifPresent(text -> progress.accept(directory + " is damaged (" + text + ")"));
        progress.accept(building);
        rebuild(parent, builder);
      }
      return directory;
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private void rebuild(Path parent, Builder builder) throws IOException {
    Path fresh = Files.createTempDirectory(parent, "." + directory.getFileName() + ".new");
    try {
      Path content = Files.createDirectory(fresh.resolve("content"));
      builder.build(content);
      List<String> lines = new ArrayList<>(List.of(source));
      for (Path file : files(content)) {
        lines.add(line(file, relative(content, file)));
      }
      lines.add(END);
      Files.write(content.resolve(STAMP), lines);
      if (Files.exists(directory)) {
        Files.move(directory, fresh.resolve("damaged"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(content, directory, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(fresh);
    }
  }

  /** What is wrong with the directory; empty where it agrees with its stamp. */
  private Optional<String> damage() throws IOException {
    Path file = directory.resolve(STAMP);
    if (!Files.isRegularFile(file)) {
      return Optional.of(STAMP + " is missing");
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      return Optional.of(STAMP + " is not text");
    }
    if (lines.isEmpty() || !lines.getFirst().equals(source)) {
      return Optional.of("it was made from another source than " + source);
    }
    if (!lines.getLast().equals(END)) {
      return Optional.of(STAMP + " is cut off");
    }
    for (String expected : lines.subList(1, lines.size() - 1)) {
      String name = expected.substring(expected.lastIndexOf(' ') + 1);
      Path path = directory.resolve(name);
      if (!Files.isRegularFile(path)) {
        return Optional.of(name + " is missing");
      }
      String got = line(path, name);
      if (!got.equals(expected)) {
        return Optional.of("expected size, checksum, file " + expected + ", got " + got);
      }
    }
    return Optional.empty();
  }

  private static String line(Path file, String name) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
      while (channel.read(buffer.clear()) >= 0) {
        crc.update(buffer.flip());
      }
      return String.format("%d %08x %s", channel.size(), crc.getValue(), name);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String relative(Path directory, Path file) {
    return directory.relativize(file).toString().replace('\\', '/');
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
