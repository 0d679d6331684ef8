package dev.weft.models;

import dev.weft.models.bert.Bert;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.llama.Llama;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;

/** The model families, by the {@code model_type} of their config: one line each. */
final class ModelRegistry {
  private ModelRegistry() {}

  @FunctionalInterface
  private interface Family {
    /**
     * Builds the model.
     *
     * @param architecture transformers' class, as BertForMaskedLM; for one that is empty or whose
     *     head is not supported the stack alone
     */
    Parts load(ConfigJson config, Checkpoint checkpoint, String architecture) throws IOException;
  }

  private static final Map<String, Family> FAMILIES = Map.of("bert", Bert::load, "llama", Llama::load);

  /** The stack alone, or with the head of the architecture that the config names. */
  static Backbone open(ModelDirectory directory, boolean withHead) throws IOException {
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
    String architecture = withHead ? config.onlyText("architectures").orElse("") : "";
    Checkpoint checkpoint = directory.openCheckpoint();
    try {
      Parts parts = family.load(config, checkpoint, architecture);
      return new Backbone(directory, type, architecture, parts, checkpoint);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }
}
