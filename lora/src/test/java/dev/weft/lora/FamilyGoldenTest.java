package dev.weft.lora;

import static dev.weft.lora.TinyLlmRec.difference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Packed;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of a GPT-2, a Llama and a T5 with their heads against PEFT. */
class FamilyGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/lora-families");

  /** Of logits of order 10 after two layers in f32. */
  private static final double LOGITS = 5e-5;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "t5"})
  void logitsEqualPeftBeforeAndAfterMerging(String name) throws IOException {
    Path folder = GOLDENS.resolve(name);
    try (Backbone model = Backbone.openWithHead(new ModelDirectory(name, folder));
        Checkpoint golden = Checkpoint.open(folder.resolve("goldens.safetensors"))) {
      LoraAdapter adapter = LoraAdapter.load(folder.resolve("adapter"), model.root());
      float[] expected = golden.tensor("adapted.logits").toFloats();
      float[] base = logits(model, golden, Map.of());
      assertThat(difference(base, golden.tensor("base.logits").toFloats())).isLessThan(LOGITS);
      assertThat(difference(logits(model, golden, adapter.active()), expected)).isLessThan(LOGITS);
      adapter.merge();
      assertThat(difference(logits(model, golden, Map.of()), expected)).isLessThan(LOGITS);
      assertThat(mergedWeightsThatEqual(golden, model)).isOne();
      adapter.unmerge();
      assertThat(logits(model, golden, Map.of())).isEqualTo(base);
    }
  }

  private static int mergedWeightsThatEqual(Checkpoint golden, Backbone model) throws IOException {
    int compared = 0;
    for (Parameter parameter : model.root().parameters()) {
      String key = "merged." + parameter.name();
      if (golden.has(key)) {
        // One rounding of a product of a small rank and one of the sum.
        assertThat(difference(parameter.tensor().toFloats(), golden.tensor(key).toFloats()))
            .isLessThan(2e-6);
        compared++;
      }
    }
    return compared;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "t5"})
  void savedFilesAreThoseOfPeft(String name) throws IOException {
    Path folder = GOLDENS.resolve(name);
    Path adapter = folder.resolve("adapter");
    try (Backbone model = Backbone.openWithHead(new ModelDirectory(name, folder))) {
      LoraAdapter.load(adapter, model.root()).save(dir);
    }
    assertThat(dir.resolve(LoraAdapter.FILE))
        .hasSameBinaryContentAs(adapter.resolve(LoraAdapter.FILE));
    String config = Files.readString(adapter.resolve(LoraConfig.FILE));
    assertThat(dir.resolve(LoraConfig.FILE))
        .hasContent(config.replaceAll("(?s)\"auto_mapping\": \\{.*?\\}", "\"auto_mapping\": null"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void whetherWeightsAreTurnedIsReadOffTheLayersAsByPeft(String value) throws IOException {
    Path folder = GOLDENS.resolve("gpt2");
    Path adapter = folder.resolve("adapter");
    Files.copy(adapter.resolve(LoraAdapter.FILE), dir.resolve(LoraAdapter.FILE));
    String config = Files.readString(adapter.resolve(LoraConfig.FILE));
    assertThat(config).contains("\"fan_in_fan_out\": true");
    Files.writeString(
        dir.resolve(LoraConfig.FILE),
        config.replace("\"fan_in_fan_out\": true", "\"fan_in_fan_out\": " + value));
    try (Backbone model = Backbone.openWithHead(new ModelDirectory("gpt2", folder));
        Checkpoint golden = Checkpoint.open(folder.resolve("goldens.safetensors"))) {
      LoraAdapter turned = LoraAdapter.load(dir, model.root());
      assertThat(
              difference(
                  logits(model, golden, turned.active()),
                  golden.tensor("adapted.logits").toFloats()))
          .isLessThan(LOGITS);
    }
  }

  private static float[] logits(
      Backbone model, Checkpoint golden, Map<String, UnaryOperator<Tensor>> adapters)
      throws IOException {
    Packed read = rows(golden.tensor("input_ids"));
    Optional<EncoderDecoder> pair = model.encoderDecoder();
    Packed written = pair.isPresent() ? rows(golden.tensor("decoder_input_ids")) : read;
    try (Workspace workspace = new Workspace()) {
      return Run.evaluating(workspace)
          .with(adapters)
          .call(() -> {
            Tensor states = model.encoder().forward(read);
            Tensor last =
                pair.map(both ->
                        both.decode(
                            written, Memory.of(states, read), KeyValueCache.NONE, state -> {}))
                    .orElse(states);
            return model.head().orElseThrow().logits(last, written).toFloats();
          });
    }
  }

  private static Packed rows(Tensor ids) {
    int[] all = Arrays.stream(ids.toLongs()).mapToInt(Math::toIntExact).toArray();
    List<int[]> rows = new ArrayList<>();
    for (int at = 0; at < all.length; at += ids.dim(1)) {
      rows.add(Arrays.copyOfRange(all, at, at + ids.dim(1)));
    }
    return Packed.of(rows);
  }
}
