package dev.weft.recsys.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Against RecBole's form of SASRec, run in float64 (bench/goldens/sasrec_goldens.py). Values here
 * are f32 sums of at most 32 products through two layers, so 1e-5 of the largest value is a few
 * roundings each; gradients pass the same layers twice, hence 1e-4.
 */
class SasRecGoldenTest {
  private static final SasRecConfig CONFIG = new SasRecConfig(16, 2, 2, 32, 0, 0, 10);
  private static final int ITEMS = 30;

  private static final Map<String, Tensor> GOLDEN = new HashMap<>();
  private static Packed batch;

  @BeforeAll
  static void read() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(
                    SasRecGoldenTest.class.getResource("/goldens/sasrec.safetensors"))
                .toURI());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (String name : checkpoint.names()) {
        GOLDEN.put(name, checkpoint.tensor(name).keep());
      }
    }
    List<int[]> sequences = new ArrayList<>();
    long[] lengths = golden("item_seq_len").toLongs();
    for (int row = 0; row < lengths.length; row++) {
      long[] items = golden("item_seq").slice(0, row, row + 1).toLongs();
      sequences.add(Arrays.stream(items).limit(lengths[row]).mapToInt(Math::toIntExact).toArray());
    }
    batch = Packed.of(sequences);
  }

  private static Tensor golden(String name) {
    return Objects.requireNonNull(GOLDEN.get(name), name);
  }

  private static SasRecNetwork network() {
    return new SasRecNetwork(
        CONFIG, ITEMS, Params.from((name, shape, init) -> golden("weights." + name).keep()));
  }

  /** The rows of a padded golden [B, L, ...] that are no padding. */
  private static float[] unpadded(String name) {
    Tensor padded = golden(name);
    List<Tensor> rows = new ArrayList<>();
    for (int s = 0; s < batch.sequences(); s++) {
      rows.add(padded.select(0, s).slice(0, 0, batch.length(s)));
    }
    return F.cat(rows, 0).toFloats();
  }

  private static void assertClose(String what, float[] actual, float[] expected, double share) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double most = 0;
    for (float value : expected) {
      most = Math.max(most, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("%s at %d", what, i)
          .isCloseTo(expected[i], within(share * most));
    }
  }

  @Test
  void everyHiddenStateAndTheScoresMatch() {
    SasRecNetwork network = network();
    List<Tensor> states = network.states(batch);
    assertThat(states).hasSize(3);
    for (int i = 0; i < states.size(); i++) {
      String name = "hidden_states." + i;
      assertClose(name, states.get(i).toFloats(), unpadded(name), 1e-5);
    }
    Tensor last = F.indexSelect(states.getLast(), batch.lastRows());
    assertClose("seq_output", last.toFloats(), golden("seq_output").toFloats(), 1e-5);
    assertClose("logits", network.logits(last).toFloats(), golden("logits").toFloats(), 1e-5);
  }

  @Test
  void lossAndGradientsOfTheLastPositionMatch() {
    SasRecNetwork network = network();
    assertLoss(
        network,
        "loss",
        "grad.",
        Tape.record(
            network.parameters(),
            () -> {
              Tensor last = F.indexSelect(network.forward(batch), batch.lastRows());
              return F.crossEntropy(network.logits(last), golden("pos_items"));
            }));
  }

  @Test
  void lossAndGradientsOfEveryPositionMatch() {
    SasRecNetwork network = network();
    float[] targets = unpadded("targets");
    long[] labels = new long[targets.length];
    Arrays.setAll(labels, i -> (long) targets[i]);
    Tensor all = Tensor.of(labels, labels.length);
    assertLoss(
        network,
        "loss_all",
        "grad_all.",
        Tape.record(
            network.parameters(),
            () -> F.crossEntropy(network.logits(network.forward(batch)), all)));
  }

  private static void assertLoss(SasRecNetwork network, String loss, String grad, Tape tape) {
    assertThat(tape.result().item()).isCloseTo(golden(loss).item(), within(1e-5f));
    Gradients gradients = tape.backward();
    int compared = 0;
    for (Parameter parameter : network.parameters()) {
      float[] actual = gradients.of(parameter).toFloats();
      float[] expected = golden(grad + parameter.name()).toFloats();
      if (parameter.name().endsWith("key.bias")) {
        // Its gradient is zero but for rounding: softmax ignores a shift of all scores.
        for (float value : actual) {
          assertThat(value).as(parameter.name()).isCloseTo(0, within(1e-6f));
        }
      } else {
        assertClose(parameter.name(), actual, expected, 1e-4);
      }
      compared++;
    }
    long stored = GOLDEN.keySet().stream().filter(name -> name.startsWith(grad)).count();
    assertThat((long) compared).isEqualTo(stored);
  }
}
