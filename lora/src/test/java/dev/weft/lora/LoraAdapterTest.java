package dev.weft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.Packed;
import dev.weft.tensor.DType;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.LoadException;
import dev.weft.tensor.io.SafeTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraAdapterTest {
  private static final LoraConfig CONFIG =
      new LoraConfig(4, 8, 0.3, TargetModules.named("query", "dense"));

  private TinyLlmRec model;

  @TempDir Path dir;

  @BeforeEach
  void open() throws Exception {
    model = new TinyLlmRec();
  }

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"query_value", "dense", "regex"})
  void savedFilesAreThoseOfPeft(String name) throws Exception {
    model.adapter(name).save(dir);
    Path peft = TinyLlmRec.GOLDENS.resolve(name);
    assertThat(dir.resolve(LoraAdapter.FILE))
        .hasSameBinaryContentAs(peft.resolve(LoraAdapter.FILE));
    String config = Files.readString(peft.resolve(LoraConfig.FILE));
    String expected =
        config.replaceAll("(?s)\"auto_mapping\": \\{.*?\\}", "\"auto_mapping\": null");
    assertThat(dir.resolve(LoraConfig.FILE)).hasContent(expected);
    assertThat(dir).isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
  }

  @Test
  void aNewAdapterChangesNothingAndDependsOnTheSeedAlone() {
    LoraAdapter adapter = LoraAdapter.create(model.bert(), CONFIG, 7);
    assertThat(adapter.paths()).hasSize(8).contains("encoder.layer.1.intermediate.dense");
    Parameter a = adapter.parameters().getFirst();
    assertThat(a.name())
        .isEqualTo("base_model.model.encoder.layer.0.attention.self.query.lora_A.weight");
    assertThat(TinyLlmRec.largest(a.tensor().toFloats()))
        .isBetween(0.9 / Math.sqrt(32), 1 / Math.sqrt(32));
    assertThat(adapter.parameters().get(1).tensor().toFloats()).containsOnly(0);
    assertThat(
            LoraAdapter.create(model.bert(), CONFIG, 7).parameters().getFirst().tensor().toFloats())
        .isEqualTo(a.tensor().toFloats());
    assertThat(
            LoraAdapter.create(model.bert(), CONFIG, 8).parameters().getFirst().tensor().toFloats())
        .isNotEqualTo(a.tensor().toFloats());
    float[] plain = model.bert().forward(Packed.of(List.of(new int[] {1, 5, 9}))).toFloats();
    try (Workspace workspace = new Workspace()) {
      assertThat(hidden(Run.evaluating(workspace), adapter, List.of(new int[] {1, 5, 9}), 0))
          .isEqualTo(plain);
    }
  }

  @Test
  void whatTheAdapterDropsDoesNotDependOnThePacking() throws Exception {
    LoraConfig config = new LoraConfig(3, 5, 0.3, TargetModules.named("query", "dense"));
    LoraAdapter adapter = LoraAdapter.create(model.bert(), config, 1);
    fill(adapter);
    List<int[]> users = model.sequences("batch0.user");
    try (Workspace workspace = new Workspace()) {
      Run run = Run.training(workspace, 3, 4, 0);
      float[] together = hidden(run, adapter, users, 0, 1, 2, 3);
      int at = 0;
      for (int s = 0; s < users.size(); s++) {
        float[] alone = hidden(run, adapter, List.of(users.get(s)), s);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, at, at + alone.length));
        at += alone.length;
      }
      assertThat(hidden(Run.training(workspace, 3, 5, 0), adapter, users, 0, 1, 2, 3))
          .isNotEqualTo(together);
      assertThat(hidden(Run.evaluating(workspace), adapter, users, 0, 1, 2, 3))
          .isNotEqualTo(together);
    }
  }

  private float[] hidden(Run run, LoraAdapter adapter, List<int[]> sequences, int... examples) {
    return run.with(adapter.active())
        .call(() -> model.bert().forward(Packed.of(sequences, examples)).toFloats());
  }

  /** Makes B like A, so that dropping an input changes the output. */
  private static void fill(LoraAdapter adapter) {
    for (Parameter parameter : adapter.parameters()) {
      float[] values = new float[Math.toIntExact(parameter.tensor().size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = ((i * 31) % 17 - 8) / 40f;
      }
      parameter.set(Tensor.of(values, parameter.tensor().shape().dims()));
    }
  }

  @Test
  void unmergingRestoresTheBitsAndTheMapping() throws Exception {
    LoraAdapter adapter = model.adapter("dense");
    List<Parameter> parameters = model.bert().parameters();
    List<Tensor> before = parameters.stream().map(Parameter::tensor).toList();
    adapter.merge();
    assertThat(parameters.stream().filter(Parameter::isOwned)).hasSize(12);
    assertThatThrownBy(adapter::merge).hasMessageContaining("merged already");
    assertThatThrownBy(() -> adapter.active().values().iterator().next().apply(Tensor.zeros(1, 32)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unmerge() first");
    adapter.unmerge();
    assertThat(parameters.stream().map(Parameter::tensor).map(Tensor::storage))
        .containsExactlyElementsOf(before.stream().map(Tensor::storage).toList());
    assertThatThrownBy(adapter::unmerge).hasMessageContaining("is not merged");
  }

  @Test
  void aWeightTrainedAfterTheMergeIsNotThrownAway() throws Exception {
    LoraAdapter adapter = model.adapter("query_value");
    adapter.merge();
    Parameter last =
        model
            .bert()
            .named(dev.weft.nn.Linear.class)
            .get("encoder.layer.1.attention.self.value")
            .weight();
    last.changed();
    assertThatThrownBy(adapter::unmerge)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("encoder.layer.1.attention.self.value.weight was changed");
  }

  @Test
  void noMatchingLayerNamesTheOnesThereAre() {
    assertThatThrownBy(() ->
            LoraAdapter.create(
                model.bert(), new LoraConfig(1, 1, 0, TargetModules.named("q_proj")), 0))
        .hasMessage(
            "target_modules [q_proj] matches none of the model's 12 linear layers;"
                + " their names end in dense, key, query, value");
  }

  @Test
  void loadingReportsEveryMisfit() throws Exception {
    model.adapter("query_value").save(dir);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Checkpoint saved = Checkpoint.open(dir.resolve(LoraAdapter.FILE))) {
      for (String name : saved.names()) {
        tensors.put(name, saved.tensor(name).keep());
      }
    }
    String key = "base_model.model.encoder.layer.0.attention.self.";
    tensors.remove(key + "query.lora_A.weight");
    tensors.put(key + "value.lora_A.weight", Tensor.zeros(3, 32));
    tensors.put("base_model.model.pooler.lora_A.weight", Tensor.zeros(1));
    SafeTensors.write(dir.resolve(LoraAdapter.FILE), tensors, Map.of());
    assertThatThrownBy(() -> LoraAdapter.load(dir, model.bert()))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("1 missing: \"" + key + "query.lora_A.weight\"")
        .hasMessageContaining("1 unexpected: \"base_model.model.pooler.lora_A.weight\"")
        .hasMessageContaining("\"" + key + "value.lora_A.weight\" expected [4, 32], got [3, 32]");
  }

  @Test
  void anAdapterOfHalfPrecisionIsWidened() throws Exception {
    LoraAdapter adapter = model.adapter("regex");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    adapter
        .parameters()
        .forEach(p -> tensors.put(p.name(), dev.weft.tensor.F.to(p.tensor(), DType.BF16)));
    SafeTensors.write(dir.resolve(LoraAdapter.FILE), tensors, Map.of());
    adapter.config().write(dir);
    LoraAdapter loaded = LoraAdapter.load(dir, model.bert());
    assertThat(loaded.parameters()).allMatch(Parameter::isOwned);
    assertThat(loaded.parameters().getFirst().tensor().toFloats())
        .isEqualTo(tensors.get(loaded.parameters().getFirst().name()).toFloats());
  }
}
