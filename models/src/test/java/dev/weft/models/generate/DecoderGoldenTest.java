package dev.weft.models.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.CausalLmHead;
import dev.weft.models.Decoder;
import dev.weft.models.KeyValueCache;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cached decoding of tiny models of every decoder family, against transformers and themselves. */
class DecoderGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_attentions",
        "llama_linear",
        "llama_dynamic",
        "llama_yarn",
        "llama_yarn_mscale",
        "llama_llama3",
        "llama_longrope",
        "llama_old_keys",
        "mistral_attentions",
        "mistral_no_window",
        "qwen2_attentions",
        "qwen2_unused_window",
        "qwen3_attentions",
        "qwen3_windows",
        "gemma2_attentions",
        "gemma2_uncapped",
        "gemma2_old_keys",
        "gemma3_attentions",
        "gemma3_old_keys",
        "gpt2_attentions",
        "gpt2_layer_scale",
        "gpt2_old_keys",
        "gpt_neox_attentions",
        "gpt_neox_sequential",
        "gpt_neox_old_keys",
        "opt_attentions",
        "opt_350m",
        "opt_no_final_norm",
        "opt_no_affine"
      })
  void greedyTokensEqualTransformers(String name) throws Exception {
    Path dir = GOLDENS.resolve(name);
    ModelDirectory directory = new ModelDirectory(name, dir);
    try (Backbone model = Backbone.openWithHead(directory);
        Checkpoint golden = Checkpoint.open(dir.resolve("goldens.safetensors"))) {
      int[] prompt = ints(golden.tensor("greedy.prompt"));
      GenerationConfig config = GenerationConfig.read(directory);
      OptionalInt asked =
          config.maxNewTokens().isPresent() ? OptionalInt.empty() : OptionalInt.of(8);
      int tokens = config.newTokens(asked, prompt.length, 1, Integer.MAX_VALUE);
      int length = prompt.length + tokens;
      CausalLmHead head = (CausalLmHead) model.head().orElseThrow().layers();
      try (Continuation sequence =
          new DecoderContinuation((Decoder) model.encoder(), head, length)) {
        Generated generated =
            Greedy.generate(
                sequence,
                prompt,
                config.rules().withMaxLength(length),
                tokens,
                config.eosTokenIds()::contains,
                id -> {});
        assertThat(generated.ids()).containsExactly(ints(golden.tensor("greedy.ids")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_attentions",
        "llama_linear",
        "llama_yarn",
        "llama_yarn_mscale",
        "llama_llama3",
        "llama_old_keys",
        "mistral_attentions",
        "mistral_no_window",
        "qwen2_attentions",
        "qwen2_unused_window",
        "qwen3_attentions",
        "qwen3_windows",
        "gemma2_attentions",
        "gemma2_uncapped",
        "gemma2_old_keys",
        "gemma3_attentions",
        "gemma3_old_keys",
        "gpt2_attentions",
        "gpt2_layer_scale",
        "gpt2_old_keys",
        "gpt_neox_attentions",
        "gpt_neox_sequential",
        "gpt_neox_old_keys",
        "opt_attentions",
        "opt_350m",
        "opt_no_final_norm",
        "opt_no_affine"
      })
  void cachedDecodingEqualsFullForwardToTheBit(String name) throws Exception {
    Path dir = GOLDENS.resolve(name);
    try (Backbone model = Backbone.openWithHead(new ModelDirectory(name, dir));
        Workspace workspace = new Workspace()) {
      Decoder decoder = (Decoder) model.encoder();
      int[] first = {5, 9, 30, 7, 7, 12, 4, 18, 3};
      int[] second = {11, 6, 22, 31, 8};
      float[] full = forward(workspace, decoder, Packed.of(List.of(first, second)));
      int size = decoder.hiddenSize();
      try (KeyValueCache cache = decoder.cache(2, first.length)) {
        // Both begin together, one goes on alone, then both, then one alone.
        step(workspace, decoder, cache, full, size, new int[][] {first, second}, 4, 1);
        step(workspace, decoder, cache, full, size, new int[][] {first, second}, 0, 2);
        step(workspace, decoder, cache, full, size, new int[][] {first, second}, 1, 1);
        step(workspace, decoder, cache, full, size, new int[][] {first, second}, 1, 1);
        step(workspace, decoder, cache, full, size, new int[][] {first, second}, 3, 0);
        assertThat(cache.length(0)).isEqualTo(first.length);
        assertThat(cache.length(1)).isEqualTo(second.length);
      }
    }
  }

  /** Reads the next so many tokens of each sequence and compares their rows with the full ones. */
  private static void step(
      Workspace workspace,
      Decoder decoder,
      KeyValueCache cache,
      float[] full,
      int size,
      int[][] sequences,
      int... tokens) {
    List<int[]> next = new ArrayList<>();
    List<Integer> which = new ArrayList<>();
    List<float[]> expected = new ArrayList<>();
    for (int s = 0; s < sequences.length; s++) {
      int from = cache.length(s);
      if (tokens[s] > 0) {
        which.add(s);
        next.add(Arrays.copyOfRange(sequences[s], from, from + tokens[s]));
        int row = s == 0 ? from : sequences[0].length + from;
        expected.add(Arrays.copyOfRange(full, row * size, (row + tokens[s]) * size));
      }
    }
    Packed batch = cache.next(next, which.stream().mapToInt(Integer::intValue).toArray());
    float[] got =
        Run.evaluating(workspace).call(() -> decoder.forward(batch, cache, state -> {}).toFloats());
    int at = 0;
    for (float[] rows : expected) {
      assertThat(Arrays.copyOfRange(got, at, at + rows.length)).containsExactly(rows);
      at += rows.length;
    }
  }

  private static float[] forward(Workspace workspace, Decoder decoder, Packed batch) {
    return Run.evaluating(workspace).call(() -> decoder.forward(batch).toFloats());
  }

  private static int[] ints(Tensor tensor) {
    return Arrays.stream(tensor.toLongs()).mapToInt(Math::toIntExact).toArray();
  }
}
