package dev.weft.recsys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the shared data of a checkout, which is not part of it. */
public final class RealData {
  private RealData() {}

  /**
   * The data set of that name under {@code shared/data}: where {@code weft.shared} says, else
   * beside the checkout. Skips the calling test when it is not there.
   */
  public static Path directory(String name) {
    String configured = System.getProperty("weft.shared");
    Path shared = configured == null ? beside() : Path.of(configured);
    Path directory = shared.resolve("data").resolve(name);
    assumeTrue(Files.isDirectory(directory), () -> "skipped: no " + directory);
    return directory;
  }

  private static Path beside() {
    Path here = Path.of("").toAbsolutePath();
    for (Path up = here; up != null; up = up.getParent()) {
      if (Files.isDirectory(up.resolve("shared"))) {
        return up.resolve("shared");
      }
    }
    return here.resolve("shared");
  }
}
