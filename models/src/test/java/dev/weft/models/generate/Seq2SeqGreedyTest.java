package dev.weft.models.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.PaddedBatch;
import dev.weft.models.PaddedInputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.io.Checkpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Encoder-decoders that go on token by token, against transformers' generate and a full forward.
 */
class Seq2SeqGreedyTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5_v1_0",
        "t5_v1_1",
        "t5_mt5_bf16",
        "t5_umt5",
        "bart_summarizer",
        "bart_untied_bf16"
      })
  void idsEqualThoseOfTransformers(String name) throws Exception {
    ModelDirectory directory = new ModelDirectory(name, GOLDENS.resolve(name));
    GenerationConfig settings = GenerationConfig.read(directory);
    int start = settings.decoderStartTokenId().orElseThrow();
    try (Backbone backbone = Backbone.openWithHead(directory);
        Checkpoint golden = Checkpoint.open(directory.path().resolve("goldens.safetensors"))) {
      for (String side : List.of("right", "left", "holes")) {
        Tensor expected = golden.tensor("greedy." + side);
        for (int row = 0; row < expected.dim(0); row++) {
          int[] ids = ints(expected.select(0, row));
          assertThat(ids[0]).isEqualTo(start);
          int length = ids.length - 1;
          try (Seq2SeqContinuation target =
              new Seq2SeqContinuation(
                  backbone.encoderDecoder().orElseThrow(),
                  backbone.head().orElseThrow(),
                  row(backbone, golden, side, row),
                  ids.length)) {
            Generated got =
                Greedy.generate(
                    target,
                    new int[] {start},
                    settings.rules().withMaxLength(ids.length),
                    length,
                    settings.eosTokenIds()::contains,
                    token -> {});
            // After the end of a row transformers fills up with padding.
            assertThat(got.ids())
                .as("%s %s row %d", name, side, row)
                .isEqualTo(Arrays.copyOfRange(ids, 1, 1 + got.ids().length));
            assertThat(got.end() == Generated.End.END_OF_TEXT || got.ids().length == length)
                .isTrue();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5_v1_0", "t5_v1_1", "t5_umt5", "bart_summarizer", "bart_stack_f16"})
  void goingOnEqualsOneForward(String name) throws Exception {
    ModelDirectory directory = new ModelDirectory(name, GOLDENS.resolve(name));
    List<int[]> texts = List.of(new int[] {0, 7, 9, 3, 21, 5, 8}, new int[] {0, 11, 4});
    try (Backbone backbone = Backbone.openWithHead(directory);
        Workspace workspace = new Workspace()) {
      EncoderDecoder model = backbone.encoderDecoder().orElseThrow();
      Packed source = Packed.of(List.of(new int[] {5, 6, 7, 2}, new int[] {9, 8, 7, 30, 31, 2}));
      Run run = Run.evaluating(workspace);
      Memory memory = run.call(() -> Memory.keeping(model.encoder().forward(source), source));
      Packed target = Packed.of(texts);
      float[] whole = run.call(() -> model.decode(target, memory).toFloats());
      int hidden = model.encoder().hiddenSize();
      try (KeyValueCache cache = model.cache(2, 7)) {
        // Both for three tokens, then the longer one alone, two tokens and one at a time.
        List<List<int[]>> steps =
            List.of(
                List.of(part(texts.get(0), 0, 2), part(texts.get(1), 0, 2)),
                List.of(part(texts.get(1), 2, 3), part(texts.get(0), 2, 3)),
                List.of(part(texts.get(0), 3, 5)),
                List.of(part(texts.get(0), 5, 6)),
                List.of(part(texts.get(0), 6, 7)));
        int[][] sequences = {{0, 1}, {1, 0}, {0}, {0}, {0}};
        int[] read = new int[2];
        for (int step = 0; step < sequences.length; step++) {
          Packed next = cache.next(steps.get(step), sequences[step]);
          float[] got = run.call(() -> model.decode(next, memory, cache, state -> {}).toFloats());
          for (int s = 0; s < next.sequences(); s++) {
            int sequence = sequences[step][s];
            for (int t = 0; t < next.length(s); t++) {
              int at = (target.start(sequence) + read[sequence]++) * hidden;
              int from = (next.start(s) + t) * hidden;
              assertThat(Arrays.copyOfRange(got, from, from + hidden))
                  .as("%s step %d sequence %d", name, step, sequence)
                  .isEqualTo(Arrays.copyOfRange(whole, at, at + hidden));
            }
          }
        }
        assertThat(read).containsExactly(7, 3);
      }
    }
  }

  private static Packed row(Backbone backbone, Checkpoint golden, String side, int row)
      throws Exception {
    Tensor ids = golden.tensor(side + ".input_ids").slice(0, row, row + 1);
    Tensor mask = golden.tensor(side + ".attention_mask").slice(0, row, row + 1);
    return PaddedBatch.of(backbone.encoder(), PaddedInputs.of(ids).withMask(mask)).packed();
  }

  private static int[] part(int[] tokens, int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }

  private static int[] ints(Tensor ids) {
    long[] values = ids.toLongs();
    return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
  }
}
