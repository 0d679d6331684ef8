package dev.weft.lora.train;

import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;

/** Copies of parameters at the best check so far, in memory that is used again. */
final class BestState {
  private final List<Parameter> parameters;
  private final List<Tensor> copies = new ArrayList<>();

  BestState(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  void save() {
    if (copies.isEmpty()) {
      parameters.forEach(parameter -> copies.add(parameter.tensor().keep()));
      return;
    }
    for (int i = 0; i < copies.size(); i++) {
      copy(parameters.get(i).tensor(), copies.get(i));
    }
  }

  void restore() {
    for (int i = 0; i < copies.size(); i++) {
      copy(copies.get(i), parameters.get(i).tensor());
      parameters.get(i).changed();
    }
  }

  private static void copy(Tensor from, Tensor to) {
    Kernels.run(
        new KernelCall.Copy(
            from.buf(), from.strides(), to.buf(), to.strides(), from.shape().sizes()));
  }
}
