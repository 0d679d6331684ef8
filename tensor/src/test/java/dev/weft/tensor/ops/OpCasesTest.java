package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every line of {@link OpCases} buys. */
class OpCasesTest {
  /** Values too large, steep or near a singularity for a difference quotient in F32. */
  private static final Set<String> STEEP =
      Set.of("wide", "big", "big_close", "1000", "near1", "offset", "w1_eps1e-12", "masked");

  /** An output and the gradients of the inputs that have one. */
  private record Result(List<Tensor> outputs, Map<Integer, Tensor> grads) {}

  /** How an input of a golden is laid out; the gradient is read back through the same view. */
  private record Placement(
      String name, Function<Tensor, Tensor> store, Function<Tensor, Tensor> view) {}

  private static final Placement DENSE = new Placement("dense", Tensor::keep, x -> x);

  /** Two elements of rubbish before and three after every row. */
  private static Placement padded(Tensor x) {
    int last = x.dim(-1);
    return new Placement(
        "padded rows",
        a -> {
          Tensor before = Tensor.full(a.dtype(), a.shape().with(-1, 2), 77);
          Tensor after = Tensor.full(a.dtype(), a.shape().with(-1, 3), 77);
          return F.cat(List.of(before, a, after), -1).keep();
        },
        a -> a.slice(-1, 2, 2 + last));
  }

  private static Placement transposed() {
    return new Placement(
        "transposed", a -> a.transpose(0, -1).contiguous().keep(), a -> a.transpose(0, -1));
  }

  private static Result compute(OpCase line, Golden golden, Function<Tensor, Placement> placement) {
    List<Parameter> parameters = new ArrayList<>();
    List<Tensor> inputs = new ArrayList<>();
    Map<Integer, Placement> placed = new TreeMap<>();
    for (int i = 0; i < golden.inputs().size(); i++) {
      Tensor x = golden.inputs().get(i);
      Placement place = placement.apply(x);
      Tensor stored = place.store().apply(x);
      inputs.add(place.view().apply(stored));
      if (golden.grads().containsKey(i)) {
        parameters.add(new Parameter("in" + i, stored));
        placed.put(i, place);
      }
    }
    List<List<Tensor>> outputs = new ArrayList<>();
    Tape tape =
        Tape.record(
            parameters,
            () -> {
              List<Tensor> all = line.function().apply(inputs, golden);
              outputs.add(all.stream().map(Tensor::keep).toList());
              return all.getFirst();
            });
    Gradients gradients = new Gradients(parameters);
    tape.backward(tape.result(), golden.dout(), gradients);
    Map<Integer, Tensor> grads = new TreeMap<>();
    for (int i : placed.keySet()) {
      Parameter parameter = parameters.get(grads.size());
      grads.put(i, placed.get(i).view().apply(gradients.of(parameter)).keep());
    }
    return new Result(outputs.getFirst(), grads);
  }

  private static Result inWorkspace(OpCase line, Golden golden) {
    try (Workspace workspace = new Workspace()) {
      return Run.evaluating(workspace).call(() -> compute(line, golden, x -> DENSE));
    }
  }

  @TestFactory
  Stream<DynamicNode> everyLine() {
    return OpCases.all().stream()
        .map(line ->
            dynamicContainer(
                line.op(),
                Stream.concat(
                    Golden.of(line.op()).stream()
                        .map(golden -> dynamicContainer(golden.name(), rows(line, golden))),
                    Stream.of(dynamicTest("wrong shape", () -> wrongShape(line))))));
  }

  private static Stream<DynamicNode> rows(OpCase line, Golden golden) {
    List<DynamicNode> tests = new ArrayList<>();
    tests.add(dynamicTest("golden", () -> matchesGolden(line, golden)));
    tests.add(dynamicTest("eager", () -> eagerHasTheSameBits(line, golden)));
    boolean table = line.op().equals("embedding"); // refuses tables that are not dense
    if (!table && golden.inputs().stream().allMatch(x -> x.rank() > 0)) {
      tests.add(dynamicTest("padded", () -> viewsHaveTheSameBits(line, golden, x -> padded(x))));
      tests.add(
          dynamicTest("transposed", () -> viewsHaveTheSameBits(line, golden, x -> transposed())));
    }
    if (STEEP.stream().noneMatch(part -> golden.name().endsWith("_" + part))) {
      tests.add(dynamicTest("differences", () -> gradientIsTheSlope(line, golden)));
    }
    tests.add(dynamicTest("NaN", () -> nanReachesTheResult(line, golden)));
    return tests.stream();
  }

  private static void matchesGolden(OpCase line, Golden golden) {
    Result result = inWorkspace(line, golden);
    assertThat(result.outputs()).hasSameSizeAs(golden.outputs());
    for (int i = 0; i < golden.outputs().size(); i++) {
      near("output " + i, result.outputs().get(i), golden.outputs().get(i), line.output());
    }
    golden
        .grads()
        .forEach((i, grad) -> near("gradient " + i, result.grads().get(i), grad, line.gradient()));
  }

  private static void near(String what, Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    double scale = 1;
    for (float value : e) {
      if (Float.isFinite(value)) {
        scale = Math.max(scale, Math.abs(value));
      }
    }
    for (int i = 0; i < a.length; i++) {
      if (a[i] != e[i]) {
        assertThat(Math.abs((double) a[i] - e[i]) / scale)
            .as("%s at %d: got %s, expected %s", what, i, a[i], e[i])
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  private static void eagerHasTheSameBits(OpCase line, Golden golden) {
    same(compute(line, golden, x -> DENSE), inWorkspace(line, golden));
  }

  private static void viewsHaveTheSameBits(
      OpCase line, Golden golden, Function<Tensor, Placement> placement) {
    same(compute(line, golden, placement), inWorkspace(line, golden));
  }

  private static void same(Result actual, Result expected) {
    for (int i = 0; i < expected.outputs().size(); i++) {
      assertThat(bits(actual.outputs().get(i)))
          .as("output " + i)
          .isEqualTo(bits(expected.outputs().get(i)));
    }
    expected
        .grads()
        .forEach((i, grad) ->
            assertThat(bits(actual.grads().get(i))).as("gradient " + i).isEqualTo(bits(grad)));
  }

  private static int[] bits(Tensor x) {
    float[] values = x.toFloats();
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  /** Along one direction an input: the slope of sum(y * dout), summed in double. */
  private static void gradientIsTheSlope(OpCase line, Golden golden) {
    Result result = compute(line, golden, x -> DENSE);
    for (int i : golden.grads().keySet()) {
      Tensor x = golden.inputs().get(i);
      boolean distinct = Set.of("amax", "max", "topk").contains(line.op());
      float[] direction = new float[(int) x.size()];
      for (int j = 0; j < direction.length; j++) {
        direction[j] = (float) Math.cos(1.7 * j + 0.3);
      }
      double step = distinct ? 1e-3 : 4e-3; // maxima are 0.01 apart
      double slope =
          (weighed(line, golden, i, moved(x, direction, step))
                  - weighed(line, golden, i, moved(x, direction, -step)))
              / (2 * step);
      float[] grad = result.grads().get(i).toFloats();
      double expected = 0;
      double scale = 1;
      for (int j = 0; j < grad.length; j++) {
        expected += (double) grad[j] * direction[j];
        scale += Math.abs((double) grad[j] * direction[j]);
      }
      // The error of a quotient: step^2 of curvature and 1e-7 / step of rounding.
      assertThat(Math.abs(slope - expected) / scale).as("input " + i).isLessThan(2e-3);
    }
  }

  private static Tensor moved(Tensor x, float[] direction, double step) {
    float[] values = x.toFloats();
    for (int j = 0; j < values.length; j++) {
      values[j] += (float) (step * direction[j]);
    }
    return Tensor.of(values, x.shape().dims());
  }

  private static double weighed(OpCase line, Golden golden, int input, Tensor value) {
    List<Tensor> inputs = new ArrayList<>(golden.inputs());
    inputs.set(input, value);
    float[] y = line.function().apply(inputs, golden).getFirst().toFloats();
    float[] dout = golden.dout().toFloats();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (double) y[i] * dout[i];
    }
    return sum;
  }

  private static void nanReachesTheResult(OpCase line, Golden golden) {
    for (int i : golden.grads().keySet()) {
      List<Tensor> inputs = new ArrayList<>(golden.inputs());
      Shape shape = inputs.get(i).shape();
      inputs.set(i, Tensor.full(DType.F32, shape, Double.NaN));
      float[] y = line.function().apply(inputs, golden).getFirst().toFloats();
      assertThat(y).as("input " + i).contains(Float.NaN);
    }
  }

  private static void wrongShape(OpCase line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> line.wrong().get())
        .withMessage(line.message());
  }

  @Test
  void everyFunctionHasALine() {
    Set<String> covered = new TreeSet<>(OpCases.ELSEWHERE);
    OpCases.all().forEach(line -> covered.addAll(line.functions()));
    Set<String> offered =
        Arrays.stream(F.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(covered).containsAll(offered);
  }

  @Test
  void everyGoldenHasALine() {
    Set<String> covered = new TreeSet<>(OpCases.NOT_OFFERED);
    OpCases.all().forEach(line -> covered.add(line.op()));
    assertThat(Golden.all()).hasSize(248).allMatch(golden -> covered.contains(golden.op()));
  }
}
