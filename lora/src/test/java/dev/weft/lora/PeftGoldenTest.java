package dev.weft.lora;

import static dev.weft.lora.TinyLlmRec.difference;
import static dev.weft.lora.TinyLlmRec.largest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.nn.Packed;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A two-layer BERT with LoRA under the LLM-Rec loss, against PyTorch and PEFT in float64. */
class PeftGoldenTest {
  /** Of a gradient, relative to the largest element of the reference. */
  private static final double GRADIENT = 1e-4;

  /** Of hidden states of order 1 after two layers in f32. */
  private static final double HIDDEN = 2e-5;

  private final Workspace workspace = new Workspace();
  private TinyLlmRec model;
  private Packed users;
  private Packed items;

  @BeforeEach
  void open() throws Exception {
    model = new TinyLlmRec();
    users = model.users("batch0");
    items = model.items("batch0");
  }

  @AfterEach
  void close() {
    model.close();
    workspace.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"query_value", "dense", "regex"})
  void gradientsOfTheAdapterEqualPeft(String name) throws Exception {
    LoraAdapter adapter = model.adapter(name);
    Set<String> compared =
        compareGradients(adapter.parameters(), adapter.active(), name, name + ".grad.");
    assertThat(compared).hasSameSizeAs(model.names(name + ".grad."));
  }

  @Test
  void gradientsOfTheBaseUnderAnAdapterEqualPeft() throws Exception {
    model.bert().parameters().forEach(Parameter::own);
    LoraAdapter adapter = model.adapter("query_value");
    List<Parameter> all = new ArrayList<>(adapter.parameters());
    all.addAll(model.bert().parameters());
    Set<String> compared =
        compareGradients(all, adapter.active(), "query_value", "query_value.grad_all.");
    assertThat(compared).hasSameSizeAs(model.names("query_value.grad_all."));
    assertThat(compareGradients(all, adapter.active(), "query_value", "query_value.grad."))
        .hasSameSizeAs(adapter.parameters());
  }

  @Test
  void gradientsOfTheWholeModelEqualPyTorch() throws Exception {
    model.bert().parameters().forEach(Parameter::own);
    Set<String> compared =
        compareGradients(model.bert().parameters(), Map.of(), "base", "base.grad.");
    assertThat(compared)
        .hasSameSizeAs(model.names("base.grad."))
        .hasSameSizeAs(model.bert().parameters());
  }

  /** Names of the parameters that have a golden. */
  private Set<String> compareGradients(
      List<Parameter> trainable,
      Map<String, UnaryOperator<Tensor>> adapters,
      String name,
      String prefix)
      throws Exception {
    Gradients gradients = new Gradients(trainable);
    float[] loss = new float[1];
    Run.training(workspace, 1, 0, 0)
        .with(adapters)
        .call(() -> {
          Tape tape = Tape.record(trainable, () -> model.loss(users, items));
          loss[0] = tape.result().item();
          tape.backward(tape.result(), gradients);
          return loss;
        });
    assertThat(loss[0]).isCloseTo(model.golden(name + ".loss")[0], within(1e-4f));
    Set<String> compared = new HashSet<>();
    Set<String> goldens = new HashSet<>(model.names(prefix));
    for (Parameter parameter : trainable) {
      if (goldens.contains(prefix + parameter.name())) {
        float[] expected = model.golden(prefix + parameter.name());
        // The true gradient of key.bias is zero: softmax does not see a shift of its scores.
        double scale = parameter.name().endsWith("key.bias") ? 1 : largest(expected);
        assertThat(difference(gradients.of(parameter).toFloats(), expected))
            .as(prefix + parameter.name())
            .isLessThanOrEqualTo(GRADIENT * scale);
        compared.add(parameter.name());
      }
    }
    return compared;
  }

  @ParameterizedTest
  @ValueSource(strings = {"query_value", "dense", "regex"})
  void outputsEqualPeftBeforeAndAfterMerging(String name) throws Exception {
    LoraAdapter adapter = model.adapter(name);
    float[] unmerged = hidden(adapter.active());
    float[] scores =
        Run.evaluating(workspace)
            .with(adapter.active())
            .call(() -> model.scores(users, items).toFloats());
    adapter.merge();
    float[] merged = hidden(Map.of());
    String key = name + ".unmerged.last_hidden_state";
    assertThat(difference(unmerged, model.unpadded(key, users))).isLessThan(HIDDEN);
    assertThat(difference(merged, model.unpadded(key, users))).isLessThan(HIDDEN);
    float[] expected = model.golden(name + ".scores");
    assertThat(difference(scores, expected)).isLessThan(HIDDEN * Math.max(1, largest(expected)));
  }

  @Test
  void mergedWeightsEqualPeft() throws Exception {
    model.adapter("query_value").merge();
    int compared = 0;
    for (Parameter parameter : model.bert().parameters()) {
      String key = "query_value.merged_weight." + parameter.name();
      if (!model.names(key).isEmpty()) {
        // One rounding of a product of rank 4 and one of the sum.
        assertThat(difference(parameter.tensor().toFloats(), model.golden(key))).isLessThan(2e-6);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(4);
  }

  private float[] hidden(Map<String, UnaryOperator<Tensor>> adapters) {
    return Run.evaluating(workspace)
        .with(adapters)
        .call(() -> model.bert().forward(users).toFloats());
  }
}
