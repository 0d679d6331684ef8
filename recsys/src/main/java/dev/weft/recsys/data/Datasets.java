package dev.weft.recsys.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Opens what {@code --data} names: an embedded data set by its name, or a directory. */
public final class Datasets {
  private interface Source {
    Dataset open() throws IOException;
  }

  /** One line for each embedded data set. */
  private static final Map<String, Source> EMBEDDED =
      new TreeMap<>(Map.of("sample", () -> Sample.dataset(Sample.SEED)));

  private Datasets() {}

  /**
   * The embedded data set of that name, else the directory of RecBole atomic files at that path. A
   * directory that bears the name of an embedded data set is reached as {@code ./NAME}.
   *
   * @throws IllegalArgumentException when there is neither
   * @throws IOException naming file and line when a file cannot be read as what it should be
   */
  public static Dataset open(String nameOrDirectory) throws IOException {
    Source source = EMBEDDED.get(nameOrDirectory);
    if (source != null) {
      return source.open();
    }
    Path directory = Path.of(nameOrDirectory);
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "data set \""
              + nameOrDirectory
              + "\": expected a directory or one of "
              + EMBEDDED.keySet()
              + ", found neither");
    }
    return Dataset.read(directory);
  }
}
