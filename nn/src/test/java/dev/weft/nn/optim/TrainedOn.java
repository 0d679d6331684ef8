package dev.weft.nn.optim;

import dev.weft.nn.NnGoldens;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.util.List;

/** Gradients of chosen values. */
final class TrainedOn {
  private TrainedOn() {}

  static Parameter zeros(String name, int... dims) {
    return NnGoldens.parameter(name, Tensor.zeros(dims));
  }

  static Gradients gradients(List<Parameter> parameters, List<Tensor> values) {
    Gradients gradients = new Gradients(parameters);
    add(gradients, parameters, values);
    return gradients;
  }

  static void add(Gradients into, List<Parameter> parameters, List<Tensor> values) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Tensor value = values.get(i);
      // The gradient of p * 1 is the dy handed in, whatever it is.
      Tape tape = Tape.record(List.of(parameter), () -> F.mul(parameter.tensor(), 1));
      tape.backward(tape.result(), value, into);
    }
  }
}
