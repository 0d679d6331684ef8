package dev.weft.recsys.llmrec;

import dev.weft.models.Encoder;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * The one tower that reads users and items alike: the encoder, the adapter on it, and the read-out;
 * dot products of its vectors are the scores, whatever the similarity.
 */
public final class Tower {
  private static final int TOKENS_PER_FORWARD = 4096;

  private final Encoder encoder;
  private final LlmRecConfig config;
  private final Map<String, UnaryOperator<Tensor>> adapters;

  /** A tower whose layers carry these adapters; none for the encoder as it is. */
  public Tower(Encoder encoder, LlmRecConfig config, Map<String, UnaryOperator<Tensor>> adapters) {
    this.encoder = encoder;
    this.config = config;
    this.adapters = Map.copyOf(adapters);
  }

  /** Size of a vector. */
  public int size() {
    return encoder.hiddenSize();
  }

  /** The adapters on its layers, for a Run. */
  public Map<String, UnaryOperator<Tensor>> adapters() {
    return adapters;
  }

  /** Vectors of the sequences of a batch, [sequences, H]; inside a Run that has the adapters. */
  public Tensor forward(Packed batch) {
    Tensor vectors = config.readOut().forward(encoder.forward(batch), batch);
    return switch (config.similarity()) {
      case DOT -> vectors;
      case COSINE -> F.div(vectors, lengths(vectors));
    };
  }

  /** Euclidean lengths of the rows of [m, H], at least 1e-12, as [m, 1]. */
  private static Tensor lengths(Tensor x) {
    Tensor squares = F.sum(F.mul(x, x), -1);
    return F.sqrt(F.add(squares, 1e-24f)).view(-1, 1);
  }

  /**
   * Vectors of many sequences, [sequences][H], a few thousand tokens at a time. A vector does not
   * depend on what else is encoded.
   *
   * @param progress told the number of tokens encoded, after every part
   */
  public float[][] encode(
      int count, IntFunction<int[]> sequence, Workspace workspace, LongConsumer progress) {
    List<int[]> sequences = new ArrayList<>(count);
    List<Integer> order = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sequences.add(sequence.apply(i));
      order.add(i);
    }
    order.sort(Comparator.comparingInt(i -> sequences.get(i).length));
    float[][] vectors = new float[count][size()];
    for (int from = 0; from < count; ) {
      int tokens = 0;
      int to = from;
      List<int[]> part = new ArrayList<>();
      while (to < count
          && (to == from || tokens + sequences.get(order.get(to)).length <= TOKENS_PER_FORWARD)) {
        part.add(sequences.get(order.get(to)));
        tokens += sequences.get(order.get(to++)).length;
      }
      Packed batch = Packed.of(part);
      float[] flat = Run.evaluating(workspace).with(adapters).call(() -> forward(batch).toFloats());
      for (int i = from; i < to; i++) {
        System.arraycopy(flat, (i - from) * size(), vectors[order.get(i)], 0, size());
      }
      progress.accept(tokens);
      from = to;
    }
    return vectors;
  }
}
