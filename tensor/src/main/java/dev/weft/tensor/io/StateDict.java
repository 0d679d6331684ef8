package dev.weft.tensor.io;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Tensors by the dotted names of the parameters they belong to, in a fixed order.
 *
 * @param source where they come from, for messages
 */
public record StateDict(String source, SequencedMap<String, Tensor> tensors) {
  public StateDict {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  /** How these tensors fit the parameters a model expects. */
  public LoadReport compare(Map<String, Shape> expected) {
    Map<String, TensorEntry> found = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> {
      var shape = Arrays.stream(tensor.shape().dims()).asLongStream().boxed().toList();
      long bytes = tensor.size() * tensor.dtype().bytes();
      found.put(name, new TensorEntry(name, StoredType.of(tensor.dtype()), shape, 0, bytes));
    });
    return LoadReport.of(source, expected, found);
  }

  /**
   * The same, or every misfit at once.
   *
   * @throws LoadException where a tensor is missing, unexpected or misshapen
   */
  public StateDict requireExactly(Map<String, Shape> expected) throws LoadException {
    compare(expected).orThrow();
    return this;
  }
}
