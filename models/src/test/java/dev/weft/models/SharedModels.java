package dev.weft.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds published models and tokenizers in ../shared/models; a test that needs one is skipped
 * without it.
 */
public final class SharedModels {
  private SharedModels() {}

  /** The folder of that name. */
  public static Path folder(String name) {
    String folder = "models/" + name;
    String set = System.getProperty("weft.shared");
    Path shared = set != null ? Path.of(set) : null;
    for (Path at = Path.of("").toAbsolutePath();
        shared == null && at != null;
        at = at.getParent()) {
      Path beside = at.resolve("shared");
      shared = Files.isDirectory(beside.resolve(folder)) ? beside : null;
    }
    boolean found = shared != null && Files.isDirectory(shared.resolve(folder));
    assumeTrue(found, "no ../shared/" + folder + " (or -Dweft.shared)");
    return shared.resolve(folder);
  }
}
