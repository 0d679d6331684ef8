package dev.weft.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.NnGoldens;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.LoadException;
import dev.weft.tensor.io.SafeTensors;
import dev.weft.tensor.io.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWTest {
  private static final AdamWOptions PLAIN = AdamWOptions.DEFAULTS;

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adamw_no_decay", "adamw_large_eps", "adam"})
  void tenStepsFollowPyTorch(String name) {
    List<Parameter> parameters = start(name);
    AdamW optimizer =
        switch (name) {
          case "adamw" -> new AdamW(parameters, PLAIN);
          case "adamw_no_decay" -> new AdamW(parameters, PLAIN.withWeightDecay(0));
          case "adamw_large_eps" ->
              new AdamW(parameters, PLAIN.withLr(1e-2).withBetas(0.9, 0.98).withEps(1e-4));
          default -> AdamW.adam(parameters, PLAIN);
        };
    Gradients gradients = new Gradients(parameters);
    for (int step = 0; step < 10; step++) {
      stepOn(optimizer, gradients, parameters, step);
      for (Parameter parameter : parameters) {
        Tensor golden = NnGoldens.get(name + "." + parameter.name()).select(0, step + 1);
        float[] got = parameter.tensor().toFloats();
        float[] want = golden.toFloats();
        for (int i = 0; i < want.length; i++) {
          // One rounding of the value a step, and 1e-6 of the largest possible way so far.
          double allowed = 1e-6 * Math.abs(want[i]) + 1e-6 * (step + 1) * 1e-2;
          assertThat((double) got[i])
              .as("%s of %s[%d] after step %d", name, parameter.name(), i, step + 1)
              .isBetween(want[i] - allowed, want[i] + allowed);
        }
      }
    }
    assertThat(optimizer.steps()).isEqualTo(10);
  }

  private static List<Parameter> start(String run) {
    return List.of(
        NnGoldens.parameter("a", NnGoldens.get(run + ".a").select(0, 0)),
        NnGoldens.parameter("b", NnGoldens.get(run + ".b").select(0, 0)));
  }

  private static void stepOn(
      AdamW optimizer, Gradients gradients, List<Parameter> parameters, int step) {
    gradients.clear();
    TrainedOn.add(
        gradients,
        parameters,
        List.of(
            NnGoldens.get("optim.grads.a").select(0, step),
            NnGoldens.get("optim.grads.b").select(0, step)));
    optimizer.step(gradients);
  }

  @Test
  void aParameterWithoutAGradientIsLeftAlone() {
    Parameter reached = ones("reached");
    Parameter other = ones("other");
    AdamW optimizer = new AdamW(List.of(reached, other), PLAIN.withWeightDecay(0.5));
    Gradients gradients = new Gradients(List.of(reached, other));
    TrainedOn.add(gradients, List.of(reached), List.of(Tensor.zeros(2)));
    optimizer.step(gradients);
    assertThat(other.tensor().toFloats()).containsExactly(1, 1);
    assertThat(reached.tensor().toFloats()).containsExactly(0.9995f, 0.9995f);
    assertThat(step(optimizer, "reached")).isEqualTo(1);
    assertThat(step(optimizer, "other")).isZero();
  }

  @Test
  void groupsHaveTheirOwnOptions() {
    Parameter decayed = ones("decayed");
    Parameter kept = ones("kept");
    AdamW optimizer =
        new AdamW(
            List.of(
                new ParameterGroup(List.of(decayed), PLAIN.withWeightDecay(0.5)),
                new ParameterGroup(List.of(kept), PLAIN.withWeightDecay(0))));
    List<Parameter> both = List.of(decayed, kept);
    optimizer.step(TrainedOn.gradients(both, List.of(Tensor.zeros(2), Tensor.zeros(2))));
    assertThat(decayed.tensor().toFloats()).containsExactly(0.9995f, 0.9995f);
    assertThat(kept.tensor().toFloats()).containsExactly(1, 1);
  }

  @Test
  void theFactorScalesTheLearningRateAndTheScaleTheGradient() {
    Tensor gradient = Tensor.of(new float[] {0.5f, -2}, 2);
    Tensor half = Tensor.of(new float[] {0.25f, -1}, 2);
    Parameter a = ones("p");
    new AdamW(List.of(a), PLAIN)
        .step(TrainedOn.gradients(List.of(a), List.of(gradient)), 0.5, 0.5f);
    Parameter b = ones("p");
    new AdamW(List.of(b), PLAIN.withLr(5e-4)).step(TrainedOn.gradients(List.of(b), List.of(half)));
    assertThat(a.tensor().toFloats()).containsExactly(b.tensor().toFloats());
  }

  @Test
  void tiedParametersAreUpdatedOnce() {
    Parameter weight = ones("weight");
    Parameter tied = new Parameter("tied", weight.tensor());
    AdamW optimizer = new AdamW(List.of(weight, tied), PLAIN);
    assertThat(optimizer.parameters()).containsExactly(weight);
  }

  @Test
  void twoParametersOfOneNameAreRefused() {
    assertThatThrownBy(() -> new AdamW(List.of(ones("w"), ones("w")), PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"w\"");
  }

  @Test
  void aStepBetweenForwardAndBackwardIsNoticed() {
    Parameter p = ones("p");
    Tape tape = Tape.record(List.of(p), () -> F.sum(p.tensor()));
    new AdamW(List.of(p), PLAIN).step(TrainedOn.gradients(List.of(p), List.of(Tensor.zeros(2))));
    assertThatThrownBy(tape::backward)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("changed since the forward");
  }

  @Test
  void stateMadeAndUsedInsideRunsOutlivesThem() {
    List<Parameter> outside = start("adamw");
    AdamW expected = new AdamW(outside, PLAIN);
    List<Parameter> inside = start("adamw");
    try (Workspace workspace = new Workspace()) {
      AdamW optimizer = Run.evaluating(workspace).call(() -> new AdamW(inside, PLAIN));
      Gradients a = new Gradients(outside);
      Gradients b = new Gradients(inside);
      for (int i = 0; i < 3; i++) {
        int step = i;
        stepOn(expected, a, outside, step);
        Run.training(workspace, 1, step, 0)
            .call(() -> {
              stepOn(optimizer, b, inside, step);
              return true;
            });
      }
    }
    for (int i = 0; i < 2; i++) {
      assertThat(inside.get(i).tensor().toFloats())
          .containsExactly(outside.get(i).tensor().toFloats());
    }
  }

  @Test
  void aRunResumedFromAFileGoesOnToTheSameBits(@TempDir Path dir) throws IOException {
    List<Parameter> parameters = start("adamw");
    AdamW optimizer = new AdamW(parameters, PLAIN);
    Gradients gradients = new Gradients(parameters);
    for (int step = 0; step < 5; step++) {
      stepOn(optimizer, gradients, parameters, step);
    }
    List<Parameter> resumed =
        parameters.stream().map(p -> NnGoldens.parameter(p.name(), p.tensor())).toList();
    Path file = dir.resolve("optimizer.safetensors");
    SafeTensors.write(file, optimizer.stateDict().tensors(), Map.of());
    for (int step = 5; step < 10; step++) {
      stepOn(optimizer, gradients, parameters, step);
    }
    AdamW second = new AdamW(resumed, PLAIN);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      second.load(checkpoint.stateDict());
    }
    Gradients again = new Gradients(resumed);
    for (int step = 5; step < 10; step++) {
      stepOn(second, again, resumed, step);
    }
    for (int i = 0; i < 2; i++) {
      assertThat(resumed.get(i).tensor().toFloats())
          .containsExactly(parameters.get(i).tensor().toFloats());
    }
    assertThat(second.steps()).isEqualTo(10);
  }

  @Test
  void aStateThatDoesNotFitChangesNothing() {
    List<Parameter> parameters = start("adamw");
    AdamW optimizer = new AdamW(parameters, PLAIN);
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>(optimizer.stateDict().tensors());
    tensors.put("a.exp_avg", Tensor.full(DType.F32, shape("a"), 1));
    tensors.put("b.step", Tensor.of(new long[] {-1}));
    assertThatThrownBy(() -> optimizer.load(new StateDict("file", tensors)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file: \"b.step\": expected at least 0, got -1");
    tensors.put("b.step", Tensor.scalar(1));
    assertThatThrownBy(() -> optimizer.load(new StateDict("file", tensors)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file: \"b.step\": expected I64, got F32");
    tensors.remove("b.step");
    assertThatThrownBy(() -> optimizer.load(new StateDict("file", tensors)))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("b.step");
    assertThat(optimizer.stateDict().tensors().get("a.exp_avg").toFloats()).containsOnly(0);
  }

  private static Shape shape(String name) {
    return start("adamw").stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow()
        .tensor()
        .shape();
  }

  @Test
  void gradientsOfOtherParametersAreRefusedBeforeAnythingChanges() {
    Parameter a = ones("a");
    Parameter b = ones("b");
    AdamW optimizer = new AdamW(List.of(a, b), PLAIN);
    Gradients ofA = TrainedOn.gradients(List.of(a), List.of(Tensor.zeros(2)));
    assertThatThrownBy(() -> optimizer.step(ofA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"b\"");
    assertThat(a.tensor().toFloats()).containsExactly(1, 1);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> PLAIN.withLr(-1)).hasMessage("lr: expected at least 0, got -1.0");
    assertThatThrownBy(() -> PLAIN.withBetas(0.9, 1))
        .hasMessage("beta2: expected in [0, 1), got 1.0");
    AdamW optimizer = new AdamW(List.of(ones("p")), PLAIN);
    Gradients none = new Gradients(optimizer.parameters());
    assertThatThrownBy(() -> optimizer.step(none, Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> optimizer.step(none, 1, Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Parameter ones(String name) {
    return NnGoldens.parameter(name, Tensor.of(new float[] {1, 1}, 2));
  }

  private static long step(AdamW optimizer, String name) {
    return Objects.requireNonNull(optimizer.stateDict().tensors().get(name + ".step")).toLongs()[0];
  }
}
