package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory of {@code goldens/models}: a tiny model, inputs, and what transformers gives. */
public record GoldenModel(String name, Backbone model, Checkpoint golden) implements AutoCloseable {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  /** The names of all. */
  public static List<String> names() throws IOException {
    try (Stream<Path> directories = Files.list(GOLDENS)) {
      return directories.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Opens one with its head. */
  public static GoldenModel open(String name) throws IOException {
    Path path = GOLDENS.resolve(name);
    Backbone model = Backbone.openWithHead(new ModelDirectory(name, path));
    return new GoldenModel(name, model, Checkpoint.open(path.resolve("goldens.safetensors")));
  }

  /** The names of its batches. */
  public List<String> batches() {
    String ids = ".input_ids";
    return golden.names().stream()
        .filter(key -> key.endsWith(ids))
        .map(key -> key.substring(0, key.length() - ids.length()))
        .toList();
  }

  /** What a batch gives the model, with the ids that a decoder reads where they are not given. */
  public PaddedInputs inputs(String batch) throws IOException {
    Tensor ids = golden.tensor(batch + ".input_ids");
    Optional<Tensor> target = expected(batch, "decoder_input_ids");
    return new PaddedInputs(
        ids,
        expected(batch, "attention_mask"),
        expected(batch, "token_type_ids"),
        target.isPresent() ? target : model.encoderDecoder().map(pair -> shifted(pair, ids)));
  }

  private static Tensor shifted(EncoderDecoder pair, Tensor ids) {
    long[] from = ids.toLongs();
    long[] to = new long[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = i % ids.dim(1) == 0 ? pair.decoderStart().orElseThrow() : from[i - 1];
    }
    return Tensor.of(to, ids.shape().dims());
  }

  /** What transformers has under a name for a batch, where that is there. */
  public Optional<Tensor> expected(String batch, String key) throws IOException {
    String full = batch + "." + key;
    return golden.has(full) ? Optional.of(golden.tensor(full)) : Optional.empty();
  }

  /** What the stack that reads gets of a batch. */
  public PaddedBatch source(String batch) throws IOException {
    return model.encoderDecoder().isPresent()
        ? PaddedBatch.of(model.encoder(), inputs(batch))
        : PaddedBatch.of(model.encoder(), model.head(), inputs(batch));
  }

  /** What the stack that writes gets of a batch; of a stack alone what that reads. */
  public PaddedBatch target(String batch) throws IOException {
    Optional<Tensor> ids = inputs(batch).decoderInputIds();
    return ids.isPresent()
        ? source(batch).beside(model.encoder(), "decoder_input_ids", ids.get())
        : source(batch);
  }

  @Override
  public void close() {
    golden.close();
    model.close();
  }
}
