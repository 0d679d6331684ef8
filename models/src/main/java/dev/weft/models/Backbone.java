package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Module;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Optional;

/** A pre-trained model and the mapped checkpoint that its weights lie in until it is closed. */
public final class Backbone implements AutoCloseable {
  private final ModelDirectory directory;
  private final String family;
  private final String architecture;
  private final Parts parts;
  private final Checkpoint checkpoint;

  Backbone(
      ModelDirectory directory,
      String family,
      String architecture,
      Parts parts,
      Checkpoint checkpoint) {
    this.directory = directory;
    this.family = family;
    this.architecture = architecture;
    this.parts = parts;
    this.checkpoint = checkpoint;
  }

  /**
   * Loads the stack of a Hugging Face directory, of whichever family its {@code config.json} says;
   * a task head is left unread, as by transformers' AutoModel.
   *
   * @throws IOException naming the file, key or tensors that do not fit
   */
  public static Backbone open(ModelDirectory directory) throws IOException {
    return ModelRegistry.open(directory, false);
  }

  /**
   * The same with the task head that the config's {@code architectures} names, if any; see {@link
   * #unreadHead} for what is not supported.
   */
  public static Backbone openWithHead(ModelDirectory directory) throws IOException {
    return ModelRegistry.open(directory, true);
  }

  /** Where it was loaded from. */
  public ModelDirectory directory() {
    return directory;
  }

  /** The {@code model_type} of its config. */
  public String family() {
    return family;
  }

  /** The root of its module tree. */
  public Module root() {
    return parts.root();
  }

  /** The stack that reads; of a decoder-only model the decoder. */
  public Encoder encoder() {
    return parts.encoder();
  }

  /** The encoder and the decoder that reads it, of a model that has both. */
  public Optional<EncoderDecoder> encoderDecoder() {
    return parts.encoderDecoder();
  }

  /** Its task head, where it was loaded with one. */
  public Optional<Head> head() {
    return parts.head();
  }

  /** The architecture asked for whose head is not supported, so that the stack alone was loaded. */
  public Optional<String> unreadHead() {
    boolean bare = architecture.endsWith("Model") && !architecture.contains("Head");
    return parts.head().isPresent() || architecture.isEmpty() || bare
        ? Optional.empty()
        : Optional.of(architecture);
  }

  /** Runs it on padded inputs. */
  public PaddedForward padded() {
    return parts
        .encoderDecoder()
        .<PaddedForward>map(model -> new Seq2SeqForward(model, parts))
        .orElseGet(() -> new StackForward(parts));
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
