package dev.weft.models.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

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

  /** The content of the stamp file. */
  record Stamp(String source, TreeMap<String, FileStamp> files) {}

  record FileStamp(long bytes, String crc32c) {}

  static final String STAMP = "weft-source.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();
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
      Stamp stamp = new Stamp(source, new TreeMap<>());
      for (Path file : files(content)) {
        stamp.files().put(relative(content, file), fileStamp(file));
      }
      Files.write(content.resolve(STAMP), JSON.writeValueAsBytes(stamp));
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
    Stamp stamp;
    try {
      stamp = JSON.readValue(Files.readAllBytes(file), Stamp.class);
    } catch (JacksonException e) {
      return Optional.of(STAMP + " is not readable: " + e.getOriginalMessage());
    }
    if (stamp == null || stamp.files() == null || !source.equals(stamp.source())) {
      return Optional.of("it was made from another source than " + source);
    }
    for (var entry : stamp.files().entrySet()) {
      Path path = directory.resolve(entry.getKey());
      if (!Files.isRegularFile(path)) {
        return Optional.of(entry.getKey() + " is missing");
      }
      FileStamp expected = entry.getValue();
      long bytes = Files.size(path);
      if (bytes != expected.bytes()) {
        return Optional.of(
            entry.getKey() + ": expected " + expected.bytes() + " bytes, got " + bytes);
      }
      if (!fileStamp(path).equals(expected)) {
        return Optional.of(entry.getKey() + ": its checksum differs");
      }
    }
    return Optional.empty();
  }

  private static FileStamp fileStamp(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
      while (channel.read(buffer.clear()) >= 0) {
        crc.update(buffer.flip());
      }
      return new FileStamp(channel.size(), String.format("%08x", crc.getValue()));
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
