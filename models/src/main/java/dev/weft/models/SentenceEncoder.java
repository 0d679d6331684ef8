package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Texts to vectors, as sentence-transformers computes them: the tokenizer, the encoder, and the
 * pooling, normalisation and maximum length that the model's directory says.
 *
 * <pre>{@code
 * try (SentenceEncoder encoder = SentenceEncoder.open("default")) {
 *   float[] vector = encoder.embed("a sentence");
 * }
 * }</pre>
 *
 * <p>For one thread at a time. A text's vector does not depend on what else is embedded with it.
 */
public final class SentenceEncoder implements AutoCloseable {
  private static final int TOKENS_PER_FORWARD = 4096;

  private final Backbone backbone;
  private final Tokenizer tokenizer;
  private final SentenceSettings settings;
  private final EncodeOptions options;
  private final Workspace workspace = new Workspace();

  private SentenceEncoder(Backbone backbone, Tokenizer tokenizer, SentenceSettings settings) {
    this.backbone = backbone;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.options = EncodeOptions.DEFAULT.maxLength(settings.maxLength());
  }

  /** Opens MODEL: a directory, or {@code default} for the embedded MiniLM. */
  public static SentenceEncoder open(String model) throws IOException {
    return open(Models.resolve(model));
  }

  /** Opens the model of a directory. */
  public static SentenceEncoder open(ModelDirectory directory) throws IOException {
    Backbone backbone = Backbone.open(directory);
    try {
      SentenceSettings settings =
          SentenceSettings.read(directory, backbone.encoder().maxPositions());
      return new SentenceEncoder(backbone, Tokenizer.load(directory.path()), settings);
    } catch (IOException | RuntimeException e) {
      backbone.close();
      throw e;
    }
  }

  /** The model under it. */
  public Backbone backbone() {
    return backbone;
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Pooling, normalisation and maximum length. */
  public SentenceSettings settings() {
    return settings;
  }

  /** Size of a vector. */
  public int dimension() {
    return backbone.encoder().hiddenSize();
  }

  /** The vector of one text. */
  public float[] embed(String text) {
    return embed(List.of(text))[0];
  }

  /** The vectors of texts, [texts][dimension]. */
  public float[][] embed(List<String> texts) {
    List<int[]> sequences = new ArrayList<>();
    for (String text : texts) {
      sequences.add(tokenizer.encode(text, options).ids());
    }
    float[][] vectors = new float[texts.size()][];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt(i -> sequences.get(i).length));
    for (int from = 0; from < order.size(); ) {
      int to = from;
      int tokens = 0;
      while (to < order.size()
          && (to == from || tokens + sequences.get(order.get(to)).length <= TOKENS_PER_FORWARD)) {
        tokens += sequences.get(order.get(to++)).length;
      }
      List<Integer> part = order.subList(from, to);
      float[] flat = forward(part.stream().map(sequences::get).toList());
      for (int i = 0; i < part.size(); i++) {
        vectors[part.get(i)] = Arrays.copyOfRange(flat, i * dimension(), (i + 1) * dimension());
      }
      from = to;
    }
    return vectors;
  }

  private float[] forward(List<int[]> sequences) {
    Packed batch = Packed.of(sequences);
    return Run.evaluating(workspace)
        .call(() -> {
          Tensor hidden = backbone.encoder().forward(batch); // [tokens, H]
          Tensor pooled = settings.pooling().forward(hidden, batch); // [sequences, H]
          return (settings.normalize() ? normalized(pooled) : pooled).toFloats();
        });
  }

  /** Rows divided by their Euclidean length, at least 1e-12, as torch.nn.functional.normalize. */
  private static Tensor normalized(Tensor x) {
    Tensor length = F.sqrt(F.sum(F.mul(x, x), -1)); // [sequences]
    float[] lengths = length.toFloats();
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.max(lengths[i], 1e-12f);
    }
    return F.div(x, Tensor.of(lengths, lengths.length, 1));
  }

  @Override
  public void close() {
    workspace.close();
    backbone.close();
  }
}
