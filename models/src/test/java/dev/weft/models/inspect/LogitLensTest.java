package dev.weft.models.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.models.GoldenModel;
import dev.weft.models.inspect.LogitLens.Guess;
import dev.weft.models.inspect.LogitLens.Layer;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitLensTest {
  private static final int TOP = 3;

  /** The last layer says what transformers' logits say. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert_masked_lm",
        "roberta_masked_lm",
        "distilbert_masked_lm",
        "mpnet_masked_lm",
        "modernbert_masked_lm",
        "gpt2_attentions",
        "gpt_neox_attentions",
        "opt_attentions",
        "opt_350m",
        "llama_attentions",
        "mistral_attentions",
        "qwen2_attentions",
        "qwen3_attentions",
        "gemma2_attentions",
        "gemma3_attentions",
        "t5_v1_0",
        "t5_v1_1",
        "bart_summarizer"
      })
  void theLastLayerSaysWhatTheModelSays(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      LogitLens lens = LogitLens.of(golden.model());
      for (String batch : golden.batches()) {
        Packed target = golden.target(batch).packed();
        List<Layer> layers =
            golden.model().encoderDecoder().isPresent()
                ? lens.read(golden.source(batch).packed(), target, TOP)
                : lens.read(target, TOP);
        Optional<Tensor> logits = golden.expected(batch, "logits");
        assertThat(logits).isPresent();
        Tensor rows = golden.target(batch).pack(logits.get()); // [tokens, V]
        Tensor probabilities = F.softmax(rows, -1);
        float[] expected = F.topk(probabilities, TOP).values().toFloats();
        List<List<Guess>> last = layers.getLast().guesses();
        assertThat(last).hasSize(target.tokens());
        for (int t = 0; t < last.size(); t++) {
          if (target.onlookers(sequence(target, t)) > t - target.start(sequence(target, t))) {
            continue; // padding that a pooler looks at
          }
          for (int i = 0; i < TOP; i++) {
            assertThat(last.get(t).get(i).probability())
                .isCloseTo(expected[t * TOP + i], within(1e-5f));
          }
        }
        assertThat(layers).extracting(Layer::state).first().isEqualTo(0);
        assertThat(layers).last().extracting(Layer::state).isEqualTo(layers.size() - 1);
      }
    }
  }

  private static int sequence(Packed batch, int token) {
    int s = 0;
    while (token >= batch.start(s) + batch.length(s)) {
      s++;
    }
    return s;
  }

  /** A layer in between says what its hidden state says behind the final norm: here by hand. */
  @Test
  void aLayerInBetweenGoesThroughTheFinalNorm() throws IOException {
    try (GoldenModel golden = GoldenModel.open("llama_attentions")) {
      Packed batch = golden.target(golden.batches().getFirst()).packed();
      Trace trace = Trace.of(golden.model());
      Site first = trace.at("model.layers.0");
      trace.run(() -> golden.model().encoder().forward(batch));
      Tensor state = golden.model().encoder().finish(first.output());
      Tensor logits = golden.model().head().orElseThrow().logits(state, batch);
      F.Max top = F.topk(F.softmax(logits, -1), 1);
      List<Layer> layers = LogitLens.of(golden.model()).read(batch, 1);
      float[] probabilities = top.values().toFloats();
      long[] ids = top.indices().toLongs();
      for (int t = 0; t < ids.length; t++) {
        assertThat(layers.get(1).guesses().get(t))
            .containsExactly(new Guess((int) ids[t], probabilities[t]));
      }
    }
  }

  @Test
  void aModelWithoutALanguageModelHeadIsRefused() throws IOException {
    try (GoldenModel golden = GoldenModel.open("bert_sequence_classification")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LogitLens.of(golden.model()))
          .withMessageEndingWith("has no language model head to look through");
    }
  }

  @Test
  void anEncoderDecoderReadsTwoTextsAndNothingElseDoes() throws IOException {
    try (GoldenModel pair = GoldenModel.open("t5_v1_1");
        GoldenModel one = GoldenModel.open("gpt2_attentions")) {
      Packed batch = Packed.of(List.of(new int[] {1, 2}));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LogitLens.of(pair.model()).read(batch, 1))
          .withMessageEndingWith("is an encoder-decoder, expected a source and a target");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LogitLens.of(one.model()).read(batch, batch, 1))
          .withMessageEndingWith("is no encoder-decoder, expected one text");
    }
  }
}
