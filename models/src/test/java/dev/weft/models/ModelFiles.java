package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Directories like a golden's, with something changed. */
public final class ModelFiles {
  /** The golden models. */
  public static final Path GOLDENS = Path.of("src/test/resources/goldens/bert");

  private ModelFiles() {}

  /** The golden {@code gelu} in {@code directory} with one text of its config replaced. */
  public static ModelDirectory config(Path directory, String old, String fresh) throws IOException {
    Path golden = GOLDENS.resolve("gelu");
    Files.copy(golden.resolve("model.safetensors"), directory.resolve("model.safetensors"));
    String config = Files.readString(golden.resolve("config.json"));
    if (!config.contains(old)) {
      throw new IllegalArgumentException("config.json has no " + old);
    }
    Files.writeString(directory.resolve("config.json"), config.replace(old, fresh));
    return new ModelDirectory("changed", directory);
  }

  /** The golden {@code gelu} in {@code directory} with its tensors changed. */
  public static ModelDirectory weights(Path directory, Consumer<Map<String, Tensor>> change)
      throws IOException {
    Path golden = GOLDENS.resolve("gelu");
    Files.copy(golden.resolve("config.json"), directory.resolve("config.json"));
    try (Checkpoint checkpoint = Checkpoint.open(golden)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : checkpoint.names()) {
        tensors.put(name, checkpoint.tensor(name));
      }
      change.accept(tensors);
      SafeTensors.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    return new ModelDirectory("changed", directory);
  }
}
