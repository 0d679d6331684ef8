package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What files that were damaged, or mean harm, may do: work, or be refused in one line that names
 * one of them, soon and without much memory. Any other exception fails the test.
 */
public final class Hostile {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** What reading and using files may take of the heap. */
  static final long MOST_BYTES = 256L << 20;

  private Hostile() {}

  /** Something read from files. */
  public interface Opened extends AutoCloseable {
    /** Uses it; what it cannot do is an IllegalArgumentException of one line. */
    void use();

    @Override
    void close();
  }

  /** Reads files. */
  @FunctionalInterface
  public interface Opening {
    /** What they hold; what is wrong with them is an IOException of one line. */
    Opened open() throws IOException;
  }

  /** Something that is used and closed so. */
  public static Opened opened(Runnable use, Runnable close) {
    return new Opened() {
      @Override
      public void use() {
        use.run();
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  /** Opens files below {@code directory} and uses what they hold. */
  public static void isUsedOrRefused(Path directory, Opening opening) {
    isUsedOrRefused(directory, opening, MOST_BYTES);
  }

  /** The same for another amount of heap. */
  static void isUsedOrRefused(Path directory, Opening opening, long mostBytes) {
    assertTimeoutPreemptively(
        LONGEST, () -> judge(directory, opening, mostBytes), () -> "soon: " + shown(directory));
  }

  private static void judge(Path directory, Opening opening, long mostBytes) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (Opened opened = opening.open()) {
      try {
        opened.use();
      } catch (IllegalArgumentException e) {
        assertThat(e)
            .as(() -> shown(directory))
            .message()
            .isNotBlank()
            .doesNotContainPattern("\\R")
            .hasSizeLessThan(6000);
      }
    } catch (IOException e) {
      assertThat(e)
          .as(() -> shown(directory))
          .message()
          .startsWith(directory.toString())
          .doesNotContainPattern("\\R")
          .hasSizeLessThan(6000);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as(() -> shown(directory))
        .isLessThan(mostBytes);
  }

  /** The files that are no links, for what fails. */
  private static String shown(Path directory) {
    StringBuilder shown = new StringBuilder();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          shown.append(file).append(": ").append(text, 0, Math.min(text.length(), 1500));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shown.toString();
  }

  /** A directory with links to all files of {@code model} but {@code changed}, which is written. */
  public static void changed(Path model, Path directory, String changed, byte[] content)
      throws IOException {
    clear(directory);
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(directory.resolve(file.getFileName()), file.toAbsolutePath());
      }
    }
    Path file = directory.resolve(changed);
    Files.deleteIfExists(file); // the link, not what it points to
    Files.write(file, content);
  }

  /** Deletes the files in a directory. */
  public static void clear(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** A directory of its own below the system's for temporary files. */
  public static Path scratch() {
    try {
      return Files.createTempDirectory("hostile");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
