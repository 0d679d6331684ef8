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

/** Gradients of every parameter of both stacks against PyTorch in float64. */
class Seq2SeqGradientTest {
  /** Largest difference relative to the largest value of a parameter's gradient. */
  private static final double TOLERANCE = 1e-4;

  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @ParameterizedTest
  @ValueSource(strings = {"t5_v1_0", "bart_untied_bf16"})
  void gradientsEqualPyTorch(String name) throws Exception {
    Path dir = GOLDENS.resolve(name);
    try (Backbone backbone = Backbone.openWithHead(new ModelDirectory(name, dir));
        Checkpoint golden = Checkpoint.open(dir.resolve("goldens.safetensors"));
        Workspace workspace = new Workspace()) {
      EncoderDecoder model = backbone.encoderDecoder().orElseThrow();
      List<Parameter> trained =
          model.parameters().stream().filter(p -> golden.has("grad." + p.name())).toList();
      assertThat(trained.stream().map(p -> "grad." + p.name()))
          .containsExactlyInAnyOrderElementsOf(
              golden.names().stream().filter(key -> key.startsWith("grad.")).toList());
      trained.forEach(Parameter::own);
      PaddedInputs inputs =
          PaddedInputs.of(golden.tensor("holes.input_ids"))
              .withMask(golden.tensor("holes.attention_mask"));
      PaddedBatch source = PaddedBatch.of(model.encoder(), inputs);
      PaddedBatch target =
          source.beside(
              model.encoder(), "decoder_input_ids", golden.tensor("holes.decoder_input_ids"));
      Tensor dout = golden.tensor("grad_dout");
      Gradients gradients = new Gradients(trained);
      Run.evaluating(workspace)
          .call(() -> {
            Tape tape =
                Tape.record(
                    trained,
                    () -> {
                      Tensor read = model.encoder().forward(source.packed());
                      return model.decode(target.packed(), Memory.of(read, source.packed()));
                    });
            Tensor last = tape.result();
            tape.backward(last, target.pack(dout), gradients);
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
        // Softmax ignores what is added to every key: that gradient is zero but for rounding.
        boolean zero = parameter.name().endsWith("k_proj.bias");
        assertThat(zero ? difference : difference / scale)
            .as(parameter.name())
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }
}
