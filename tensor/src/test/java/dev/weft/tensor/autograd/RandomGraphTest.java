package dev.weft.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Random graphs: each number appends a tensor [4, 4] computed from earlier ones, all bounded, and
 * the loss is a fixed weighting of the last and of one in the middle.
 */
class RandomGraphTest {
  private static final int KINDS = 16;

  private static Tensor random(int seed) {
    Random random = new Random(seed);
    float[] values = new float[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return Tensor.of(values, 4, 4).keep();
  }

  private static Tensor step(int number, List<Tensor> made) {
    Tensor a = made.get((number / KINDS) % made.size());
    Tensor b = made.get((number / KINDS / 7) % made.size());
    return switch (number % KINDS) {
      case 0 -> F.mul(F.add(a, b), 0.5f);
      case 1 -> F.sub(a, F.mul(b, 0.5f));
      case 2 -> F.mul(F.tanh(a), b);
      case 3 -> F.div(a, F.add(F.exp(F.tanh(b)), 1));
      case 4 -> F.mul(F.matmul(a, b.transpose(0, 1)), 0.25f);
      case 5 -> F.linear(a, F.tanh(b), a.select(0, 1), Activation.TANH, b, a);
      case 6 -> F.softmax(F.tanh(a), 0);
      case 7 -> F.cat(List.of(a.slice(0, 2, 4), b.slice(0, 0, 2)), 0);
      case 8 -> F.mul(a.transpose(0, 1), b.slice(1, 3, 4));
      case 9 -> F.layerNorm(a, b.select(0, 0), b.select(1, 2), 0.1f);
      case 10 -> F.gelu(a.transpose(0, 1).reshape(2, 8).view(4, 4));
      case 11 -> F.add(F.sum(a, 0), F.mean(b, 1).unsqueeze(1));
      case 12 -> F.embedding(Tensor.of(new long[] {3, 0, 3, 1}, 4), F.tanh(a));
      case 13 -> F.indexAdd(a, Tensor.of(new long[] {2, 2}, 2), b.slice(0, 1, 3));
      case 14 -> F.rmsNorm(F.silu(a), b.select(0, 3), 0.1f);
      default -> F.sigmoid(F.sub(a, b.unsqueeze(0).view(4, 4)));
    };
  }

  private static Tensor loss(List<Parameter> parameters, List<Integer> numbers, boolean frames) {
    List<Tensor> made = new ArrayList<>(parameters.stream().map(Parameter::tensor).toList());
    for (int number : numbers) {
      Supplier<Tensor> body = () -> F.tanh(step(number, made));
      made.add(frames ? Workspace.frame(body) : body.get());
    }
    Tensor weighted = F.mul(made.getLast(), random(99));
    return F.sum(F.add(weighted, F.mul(made.get(made.size() / 2), random(98))));
  }

  private static List<float[]> gradients(
      List<Parameter> parameters, List<Integer> numbers, boolean frames) {
    Gradients gradients = new Gradients(parameters);
    Tape tape = Tape.record(parameters, () -> loss(parameters, numbers, frames));
    tape.backward(tape.result(), gradients);
    return parameters.stream().map(parameter -> gradients.of(parameter).toFloats()).toList();
  }

  @Property(tries = 150, seed = "2026")
  void gradientsAreSlopesAndDoNotDependOnTheMemory(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 100_000) Integer> numbers,
      @ForAll @IntRange(max = 1000) int seed) {
    List<Parameter> parameters =
        List.of(
            new Parameter("a", random(seed)),
            new Parameter("b", random(seed + 1)),
            new Parameter("c", random(seed + 2)));
    List<Integer> graph = new ArrayList<>(numbers);
    graph.addFirst(0); // the loss depends on a parameter whatever follows
    List<float[]> eager = gradients(parameters, graph, false);
    try (Workspace workspace = new Workspace()) {
      for (boolean frames : new boolean[] {false, true}) {
        List<float[]> inRun =
            Run.evaluating(workspace).call(() -> gradients(parameters, graph, frames));
        assertThat(inRun).usingRecursiveComparison().isEqualTo(eager);
      }
    }
    for (int p = 0; p < parameters.size(); p++) {
      float[] direction = random(seed + 7).toFloats();
      double expected = 0;
      double scale = 1;
      for (int i = 0; i < direction.length; i++) {
        expected += (double) eager.get(p)[i] * direction[i];
        scale += Math.abs((double) eager.get(p)[i] * direction[i]);
      }
      double step = 4e-3;
      double slope =
          (moved(parameters, p, direction, step, graph)
                  - moved(parameters, p, direction, -step, graph))
              / (2 * step);
      // step^2 of curvature and about 1e-6 / step of rounding of the F32 loss.
      assertThat(Math.abs(slope - expected) / scale).as("parameter " + p).isLessThan(3e-3);
    }
  }

  private static double moved(
      List<Parameter> parameters, int which, float[] direction, double step, List<Integer> graph) {
    List<Parameter> moved = new ArrayList<>(parameters);
    float[] values = parameters.get(which).tensor().toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (step * direction[i]);
    }
    moved.set(which, new Parameter("moved", Tensor.of(values, 4, 4)));
    return loss(moved, graph, false).item();
  }
}
