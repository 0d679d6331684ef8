package dev.weft.models;

import dev.weft.models.bert.Bert;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;

/** The model families, by the {@code model_type} of their config: one line each. */
final class ModelRegistry {
  private ModelRegistry() {}

  @FunctionalInterface
  private interface Family {
    Encoder load(ConfigJson config, Checkpoint checkpoint) throws IOException;
  }

  private static final Map<String, Family> FAMILIES = Map.of("bert", Bert::load);

  static Backbone open(ModelDirectory directory) throws IOException {
    ConfigJson config = ConfigJson.read(directory.config());
    String type = config.text("model_type");
    Family family = FAMILIES.get(type);
    if (family == null) {
      throw new IOException(
          directory.config()
              + ": model_type "
              + type
              + " is not supported, only "
              + new TreeSet<>(FAMILIES.keySet()));
    }
    Checkpoint checkpoint = directory.openCheckpoint();
    try {
      return new Backbone(directory, type, family.load(config, checkpoint), checkpoint);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }
}
