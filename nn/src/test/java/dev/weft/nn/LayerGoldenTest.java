package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.Segments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output and every gradient of each layer against PyTorch. */
class LayerGoldenTest {
  // f32 against float64: room for some 32 roundings of 6e-8 down a chain of sums.
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest
  @ValueSource(strings = {"linear", "linear_no_bias"})
  void linearIsPyTorchs(String name) {
    Params p = NnGoldens.weights(name);
    Linear layer = name.equals("linear") ? new Linear(19, 11, p) : Linear.withoutBias(19, 11, p);
    Parameter x = input(name, "x");
    check(name, layer, List.of(x), () -> layer.forward(x.tensor()));
  }

  @Test
  void embeddingIsPyTorchs() {
    Embedding layer = new Embedding(9, 16, NnGoldens.weights("embedding"));
    Tensor ids = NnGoldens.get("embedding.ids");
    check("embedding", layer, List.of(), () -> layer.forward(ids));
  }

  @Test
  void layerNormIsPyTorchs() {
    LayerNorm layer = new LayerNorm(24, 1e-12, NnGoldens.weights("layer_norm"));
    Parameter x = input("layer_norm", "x");
    check("layer_norm", layer, List.of(x), () -> layer.forward(x.tensor()));
  }

  @Test
  void rmsNormIsPyTorchs() {
    RmsNorm layer = new RmsNorm(24, 1e-6, NnGoldens.weights("rms_norm"));
    Parameter x = input("rms_norm", "x");
    check("rms_norm", layer, List.of(x), () -> layer.forward(x.tensor()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "mha_mask", "mha_causal", "mha_cross"})
  void attentionIsPyTorchs(String name) {
    Heads heads = new Heads(NnGoldens.weights(name), name.equals("mha_causal"));
    Parameter x = input(name, "x");
    List<Parameter> inputs = new ArrayList<>(List.of(x));
    Parameter memory = x;
    if (NnGoldens.has(name + ".memory")) {
      memory = input(name, "memory");
      inputs.add(memory);
    }
    Segments segments = segments(name, x.tensor(), memory.tensor());
    Tensor keys = memory.tensor();
    check(name, heads, inputs, () -> heads.forward(x.tensor(), keys, segments));
  }

  @Test
  void headsThatDoNotDivideAreRefused() {
    Params p = Params.random(1);
    Linear q = new Linear(8, 8, p.at("q"));
    assertThatThrownBy(() -> new MultiHeadAttention("attention", q, q, q, 3, AttentionOptions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 outputs")
        .hasMessageContaining("3 heads");
  }

  /** BERT's attention of three heads with its output projection. */
  private static final class Heads extends Module {
    private final MultiHeadAttention attention;
    private final Linear out;

    Heads(Params p, boolean causal) {
      super(p);
      attention =
          new MultiHeadAttention(
              "attention",
              new Linear(24, 24, p.at("q")),
              new Linear(24, 24, p.at("k")),
              new Linear(24, 24, p.at("v")),
              3,
              causal ? AttentionOptions.CAUSAL : AttentionOptions.NONE);
      out = new Linear(24, 24, p.at("out"));
    }

    Tensor forward(Tensor x, Tensor memory, Segments segments) { // [B, T, H], [B, S, H]
      Tensor rows = attention.forward(x.view(-1, 24), memory.view(-1, 24), segments);
      return out.forward(rows).view(x.shape().dims());
    }
  }

  /** A masked key is one that its sequence does not have. */
  private static Segments segments(String name, Tensor x, Tensor memory) {
    int t = x.dim(1);
    int s = memory.dim(1);
    int[] keys = {s, s};
    if (NnGoldens.has(name + ".mask")) {
      long[] mask = NnGoldens.get(name + ".mask").toLongs();
      for (int b = 0; b < 2; b++) {
        keys[b] = (int) Arrays.stream(mask, b * s, (b + 1) * s).sum();
      }
    }
    return new Segments(
        new int[] {0, t}, new int[] {t, t}, new int[] {0, s}, keys, new int[] {0, 1});
  }

  private static Parameter input(String name, String input) {
    return NnGoldens.parameter(input, NnGoldens.get(name + "." + input));
  }

  /** Once on collected memory, once in a Run's workspace. */
  private static void check(
      String name, Module layer, List<Parameter> inputs, Supplier<Tensor> forward) {
    compare(name, layer, inputs, forward);
    try (Workspace workspace = new Workspace()) {
      Run.training(workspace, 1, 0, 0)
          .call(() -> {
            compare(name, layer, inputs, forward);
            return true;
          });
    }
  }

  private static void compare(
      String name, Module layer, List<Parameter> inputs, Supplier<Tensor> forward) {
    List<Parameter> trained = new ArrayList<>(layer.parameters());
    trained.addAll(inputs);
    Gradients gradients = new Gradients(trained);
    Tape tape = Tape.record(trained, forward);
    NnGoldens.assertClose(tape.result(), name + ".out", TOLERANCE);
    tape.backward(tape.result(), NnGoldens.get(name + ".dout"), gradients);
    assertThat(trained).isNotEmpty();
    for (Parameter parameter : trained) {
      if (parameter.name().equals("k.bias")) {
        // A shift of all scores of a row: its gradient is exactly 0, what is left is rounding.
        for (float g : gradients.of(parameter).toFloats()) {
          assertThat(g).isBetween(-1e-5f, 1e-5f);
        }
      } else {
        NnGoldens.assertClose(
            gradients.of(parameter), name + ".grad." + parameter.name(), TOLERANCE);
      }
    }
  }
}
