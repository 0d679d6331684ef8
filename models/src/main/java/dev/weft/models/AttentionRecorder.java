package dev.weft.models;

import dev.weft.tensor.Probe;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Keeps the attention probabilities of modules as a model runs, in the order they attend. */
public final class AttentionRecorder implements Probe {
  private final Predicate<String> paths;
  private final Map<String, List<Tensor>> layers = new LinkedHashMap<>();

  /** Of the modules whose path is accepted. */
  public AttentionRecorder(Predicate<String> paths) {
    this.paths = paths;
  }

  @Override
  public boolean watches(String path) {
    return false;
  }

  @Override
  public Tensor input(String path, Tensor x) {
    return x;
  }

  @Override
  public Tensor output(String path, Tensor y) {
    return y;
  }

  @Override
  public boolean watchesAttention(String path) {
    return paths.test(path);
  }

  @Override
  public void attention(String path, int sequence, Tensor probabilities) {
    layers.computeIfAbsent(path, p -> new ArrayList<>()).add(probabilities.keep());
  }

  /** Probabilities [N, queries, keys] of every sequence, by module. */
  public Map<String, List<Tensor>> layers() {
    return layers;
  }

  /**
   * Those of every module as padded tensors [B, N, T, S], zero at padding.
   *
   * @param queries the batch whose tokens attend
   * @param keys the batch whose tokens they attend to
   */
  public List<Tensor> padded(PaddedBatch queries, PaddedBatch keys) {
    return padded(path -> true, queries, keys);
  }

  /** Those of the modules whose path is accepted. */
  public List<Tensor> padded(Predicate<String> paths, PaddedBatch queries, PaddedBatch keys) {
    return layers.entrySet().stream()
        .filter(layer -> paths.test(layer.getKey()))
        .map(layer -> padded(layer.getValue(), queries, keys))
        .toList();
  }

  private static Tensor padded(List<Tensor> layer, PaddedBatch queries, PaddedBatch keys) {
    int heads = layer.getFirst().dim(0);
    int width = queries.width();
    int span = keys.width();
    float[] all = new float[PaddedBatch.elements(queries.rows(), heads, width, span)];
    int[] queryColumns = queries.packed().columns();
    int[] keyColumns = keys.packed().columns();
    for (int s = 0; s < layer.size(); s++) {
      int keyStart = keys.packed().start(s) + keys.packed().onlookers(s);
      Tensor one = layer.get(s);
      float[] values = one.toFloats();
      int keyCount = one.dim(2);
      for (int n = 0; n < heads; n++) {
        int end = queries.packed().length(s) - (queries.packed().endsWithOnlooker(s) ? 1 : 0);
        for (int t = queries.packed().onlookers(s); t < end; t++) {
          int from = (n * one.dim(1) + t) * keyCount;
          int row = (queries.row(s) * heads + n) * width;
          int to = (row + queryColumns[queries.packed().start(s) + t]) * span;
          for (int j = 0; j < keyCount; j++) {
            all[to + keyColumns[keyStart + j]] = values[from + j];
          }
        }
      }
    }
    return Tensor.of(all, queries.rows(), heads, width, span).keep();
  }
}
