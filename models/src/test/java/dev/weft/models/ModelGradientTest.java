package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of every parameter of a stack against PyTorch; a row is as in ModelGoldenTest. */
class ModelGradientTest {
  /** Largest difference relative to the largest value of a parameter's gradient. */
  private static final double TOLERANCE = 1e-4;

  /** Softmax ignores what is added to every key: the true gradient is 0, rounding is left. */
  private static final double ZERO = 1e-4;

  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "roberta_attentions",
        "distilbert_attentions",
        "mpnet_attentions",
        "modernbert_attentions",
        "llama_attentions",
        "mistral_attentions",
        "qwen2_attentions",
        "qwen3_attentions",
        "gemma2_attentions",
        "gemma3_attentions",
        "gpt2_attentions",
        "gpt_neox_attentions",
        "opt_attentions"
      })
  void gradientsEqualPyTorch(String name) throws Exception {
    Path dir = GOLDENS.resolve(name);
    try (Backbone backbone = Backbone.open(new ModelDirectory(name, dir));
        Checkpoint inputs = Checkpoint.open(dir.resolve("goldens.safetensors"));
        Checkpoint golden = Checkpoint.open(dir.resolve("gradients.safetensors"));
        Workspace workspace = new Workspace()) {
      Encoder stack = backbone.encoder();
      PaddedInputs padded =
          PaddedInputs.of(inputs.tensor("right.input_ids"))
              .withMask(inputs.tensor("right.attention_mask"));
      if (inputs.has("right.token_type_ids")) {
        padded = padded.withTypes(inputs.tensor("right.token_type_ids"));
      }
      PaddedBatch batch = PaddedBatch.of(stack, padded);
      List<Parameter> trained =
          stack.parameters().stream().filter(p -> golden.has("grad." + p.name())).toList();
      assertThat(trained).hasSize(golden.names().size() - 1);
      trained.forEach(Parameter::own);
      Gradients gradients = new Gradients(trained);
      float[] dout = batch.pack(golden.tensor("dout")).toFloats();
      Run.evaluating(workspace)
          .call(() -> {
            Tape tape = Tape.record(trained, () -> stack.forward(batch.packed()));
            Tensor last = tape.result();
            tape.backward(last, Tensor.of(dout, last.dim(0), last.dim(1)), gradients);
            return last;
          });
      for (Parameter parameter : trained) {
        float[] expected = golden.tensor("grad." + parameter.name()).toFloats();
        float[] got = gradients.of(parameter).toFloats();
        double difference = 0;
        double scale = 0;
        for (int i = 0; i < got.length; i++) {
          assertThat(got[i]).isNotNaN();
          difference = Math.max(difference, Math.abs(got[i] - expected[i]));
          scale = Math.max(scale, Math.abs(expected[i]));
        }
        boolean zero =
            parameter.name().matches(".*\\.(key|k_lin|k)\\.bias|decoder\\..*\\.k_proj\\.bias");
        assertThat(zero ? difference : difference / scale)
            .as("%s %s", name, parameter.name())
            .isLessThanOrEqualTo(zero ? ZERO : TOLERANCE);
      }
    }
  }
}
