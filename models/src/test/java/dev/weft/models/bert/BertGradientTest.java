package dev.weft.models.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.ModelFiles;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.io.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of every parameter of a two-layer BERT against PyTorch in float64. */
class BertGradientTest {
  /** Largest difference relative to the largest value of a parameter's gradient. */
  private static final double TOLERANCE = 1e-4;

  /** Softmax ignores what is added to every key, so only rounding is left. */
  private static final double ZERO = 1e-4;

  @Test
  void gradientsEqualPyTorch() throws Exception {
    Path dir = ModelFiles.GOLDENS.resolve("gelu");
    try (Backbone backbone = Backbone.open(new ModelDirectory("gelu", dir));
        Checkpoint golden = Checkpoint.open(dir.resolve("goldens.safetensors"));
        Workspace workspace = new Workspace()) {
      Bert bert = (Bert) backbone.encoder();
      List<Parameter> trained =
          bert.parameters().stream().filter(p -> golden.has("grad." + p.name())).toList();
      assertThat(bert.parameters().stream().map(Parameter::name))
          .containsAll(
              golden.names().stream()
                  .filter(name -> name.startsWith("grad."))
                  .map(name -> name.substring("grad.".length()))
                  .toList());
      assertThat(bert.parameters()).hasSize(trained.size() + 2); // the pooler's
      trained.forEach(Parameter::own);
      PaddedBatch padded = new PaddedBatch(golden, "right.");
      float[] dout = padded.rows(golden.tensor("right.dout"));
      Gradients gradients = new Gradients(trained);
      Run.evaluating(workspace)
          .call(() -> {
            Tape tape = Tape.record(trained, () -> bert.forward(padded.packed(), state -> {}));
            Tensor last = tape.result();
            tape.backward(last, Tensor.of(dout, last.dim(0), last.dim(1)), gradients);
            return last;
          });
      for (Parameter parameter : trained) {
        float[] expected = golden.tensor("grad." + parameter.name()).toFloats();
        float[] got = gradients.of(parameter).toFloats();
        assertThat(got).hasSameSizeAs(expected);
        double difference = 0;
        double scale = 0;
        for (int i = 0; i < got.length; i++) {
          assertThat(got[i]).isNotNaN();
          difference = Math.max(difference, Math.abs(got[i] - expected[i]));
          scale = Math.max(scale, Math.abs(expected[i]));
        }
        boolean zero = parameter.name().endsWith("key.bias");
        assertThat(zero ? difference : difference / scale)
            .as(parameter.name())
            .isLessThanOrEqualTo(zero ? ZERO : TOLERANCE);
      }
    }
  }
}
