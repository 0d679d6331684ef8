package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;

/** A pre-trained encoder and the mapped checkpoint that its weights lie in until it is closed. */
public final class Backbone implements AutoCloseable {
  private final ModelDirectory directory;
  private final String family;
  private final Encoder encoder;
  private final Checkpoint checkpoint;

  Backbone(ModelDirectory directory, String family, Encoder encoder, Checkpoint checkpoint) {
    this.directory = directory;
    this.family = family;
    this.encoder = encoder;
    this.checkpoint = checkpoint;
  }

  /**
   * Loads the model of a Hugging Face directory, of whichever family its {@code config.json} says.
   *
   * @throws IOException naming the file, key or tensors that do not fit
   */
  public static Backbone open(ModelDirectory directory) throws IOException {
    return ModelRegistry.open(directory);
  }

  /** Where it was loaded from. */
  public ModelDirectory directory() {
    return directory;
  }

  /** The {@code model_type} of its config. */
  public String family() {
    return family;
  }

  /** The model. */
  public Encoder encoder() {
    return encoder;
  }

  /** Its weights on disk. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
