package dev.weft.models;

import dev.weft.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/** How the outputs of a {@link PaddedForward} are named. */
public final class PaddedOutputs {
  private PaddedOutputs() {}

  /** Adds the tensors as {@code name.0}, {@code name.1} ... */
  public static void number(SequencedMap<String, Tensor> named, String name, List<Tensor> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      named.put(name + "." + i, tensors.get(i));
    }
  }
}
