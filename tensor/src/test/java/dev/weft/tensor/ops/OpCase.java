package dev.weft.tensor.ops;

import dev.weft.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One operation of the table: how the goldens of {@code op} are computed with {@code F}, and how
 * near they must come.
 *
 * @param op name of the golden rows it covers
 * @param functions the methods of {@code F} it exercises
 * @param output largest |difference| / max(1, largest |expected|) of the result
 * @param gradient the same for each gradient
 * @param wrong a call that does not fit
 * @param message the error of that call
 */
record OpCase(
    String op,
    Set<String> functions,
    double output,
    double gradient,
    Function function,
    Supplier<Tensor> wrong,
    String message) {

  /** Computes the outputs of a golden row from its inputs, the differentiable one first. */
  @FunctionalInterface
  interface Function {
    List<Tensor> apply(List<Tensor> in, Golden golden);
  }

  /** The same, naming the methods of {@code F} where they are not called as the golden is. */
  OpCase covers(String... names) {
    Set<String> all = new HashSet<>(functions);
    all.addAll(List.of(names));
    return new OpCase(op, all, output, gradient, function, wrong, message);
  }

  /** The same with the error of a call that does not fit. */
  OpCase wrong(Supplier<Tensor> call, String error) {
    return new OpCase(op, functions, output, gradient, function, call, error);
  }

  @Override
  public String toString() {
    return op;
  }
}
