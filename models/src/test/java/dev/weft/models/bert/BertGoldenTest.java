package dev.weft.models.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hidden states of every layer against transformers, over several configs and both paddings. */
class BertGoldenTest {
  /** Largest difference relative to max(1, largest reference value). */
  private static final double TOLERANCE = 1e-5;

  private static final Path GOLDENS = Path.of("src/test/resources/goldens/bert");

  @ParameterizedTest
  @CsvSource({
    "gelu,2",
    "gelu_new_masked_lm,2",
    "relu_no_pooler,2",
    "classifier_one_type,2",
    "pretraining_three_layers,3",
    "f16,2",
    "bf16,2"
  })
  void hiddenStatesEqualTransformers(String name, int layers) throws Exception {
    Path dir = GOLDENS.resolve(name);
    try (Backbone backbone = Backbone.open(new ModelDirectory(name, dir));
        Checkpoint golden = Checkpoint.open(dir.resolve("goldens.safetensors"));
        Workspace workspace = new Workspace()) {
      Bert bert = (Bert) backbone.encoder();
      for (String side : List.of("right", "left")) {
        PaddedBatch padded = new PaddedBatch(golden, side + ".");
        List<float[]> states = new ArrayList<>();
        List<float[]> pooled = new ArrayList<>();
        Run.evaluating(workspace)
            .call(() -> {
              Tensor last = bert.forward(padded.packed(), s -> states.add(s.toFloats()));
              // Left padding: transformers pools the padded first position, which packs away.
              if (side.equals("right")) {
                bert.pooled(last, padded.packed()).ifPresent(p -> pooled.add(p.toFloats()));
              }
              return last;
            });
        assertThat(states).hasSize(layers + 1);
        for (int layer = 0; layer <= layers; layer++) {
          float[] expected = padded.rows(golden.tensor(side + ".hidden_states." + layer));
          assertThat(difference(states.get(layer), expected))
              .as("%s %s layer %d", name, side, layer)
              .isLessThan(TOLERANCE);
        }
        if (!pooled.isEmpty()) {
          float[] expected = golden.tensor(side + ".pooler_output").toFloats();
          assertThat(difference(pooled.getFirst(), expected)).isLessThan(TOLERANCE);
        }
      }
    }
  }

  private static double difference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double scale = 1;
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isNotNaN();
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return largest / scale;
  }
}
