package dev.weft.models.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.models.GoldenModel;
import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.PaddedInputs;
import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final String ATTENTION = "encoder.layer.1.attention";

  private final Bert model = Bert.random(config(), 1);
  private final Packed batch = Packed.of(List.of(new int[] {5, 7, 9, 11, 6}));

  private static BertConfig config() {
    return new BertConfig(40, 16, 3, 4, 24, "gelu", 0, 0, 32, 2, 0.02, 1e-12);
  }

  private Tensor forward() {
    return model.forward(batch);
  }

  @Test
  void aNamedModuleIsKeptWithInputOutputAndAttention() {
    Trace trace = Trace.of(model);
    Site attention = trace.at(ATTENTION).withAttention();
    Site before = trace.at("encoder.layer.0");
    Tensor last = trace.run(this::forward);
    assertThat(last.toFloats()).isEqualTo(forward().toFloats());
    assertThat(attention.input().toFloats()).isEqualTo(before.output().toFloats());
    assertThat(attention.output().shape().dims()).containsExactly(5, 16);
    assertThat(attention.attention().path()).isEqualTo(ATTENTION + ".self");
    assertThat(attention.attention().probabilities().shape().dims()).containsExactly(4, 5, 5);
    assertThat(attention.attention().heads().shape().dims()).containsExactly(5, 4, 4);
    float[] rows = F.sum(attention.attention().probabilities(), -1).toFloats();
    assertThat(rows).usingComparatorWithPrecision(1e-6f).containsOnly(1);
  }

  @Test
  void nothingIsKeptOfModulesNotNamed() {
    Trace trace = Trace.of(model);
    Site named = trace.at("encoder.layer.0.output.dense");
    trace.run(this::forward);
    assertThat(named.calls()).hasSize(1);
    Site later = trace.at("encoder.layer.1.output.dense");
    assertThat(later.calls()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(later::output)
        .withMessage("encoder.layer.1.output.dense: Linear(24, 16): nothing has run yet");
    assertThatIllegalStateException()
        .isThrownBy(named::attention)
        .withMessageContaining("was not asked for before the run; see withAttention()");
  }

  @Test
  void whatIsKeptOutlivesTheStep() {
    Trace trace = Trace.of(model);
    Site site = trace.at("encoder.layer.2");
    float[] last;
    try (Workspace workspace = new Workspace()) {
      last = Run.evaluating(workspace).call(() -> trace.run(() -> forward().toFloats()));
    }
    assertThat(site.output().toFloats()).isEqualTo(last);
  }

  @Test
  void aRunWithinTheTracedBodyIsSeenToo() {
    Trace trace = Trace.of(model);
    Site site = trace.at("encoder.layer.2");
    float[] last =
        trace.run(() -> {
          try (Workspace workspace = new Workspace()) {
            return Run.evaluating(workspace).call(() -> forward().toFloats());
          }
        });
    assertThat(site.output().toFloats()).isEqualTo(last);
  }

  @Test
  void anUnknownPathIsAnsweredWithNearOnes() {
    Trace trace = Trace.of(model);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trace.at("layer.1.attention.self"))
        .withMessage(
            "there is no module \"layer.1.attention.self\"; near are"
                + " \"encoder.layer.1.attention.self\", \"encoder.layer.0.attention.self\","
                + " \"encoder.layer.2.attention.self\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trace.replace("encoder.layer.3", y -> y))
        .withMessageContaining("near are \"encoder.layer.0\", \"encoder.layer.1\"");
  }

  @Test
  void dropoutsCannotBeNamed() {
    assertThat(Trace.of(model).modules().keySet())
        .contains("", "embeddings", "embeddings.word_embeddings", ATTENTION + ".output.LayerNorm")
        .noneMatch(path -> path.endsWith("dropout"));
  }

  @Test
  void stacksReadTokensAndNoTensor() {
    Trace trace = Trace.of(model);
    Site stack = trace.at("");
    Tensor last = trace.run(this::forward);
    assertThat(stack.output().toFloats()).isEqualTo(last.toFloats());
    assertThatIllegalStateException()
        .isThrownBy(stack::input)
        .withMessageContaining("reads tokens and their places");
    assertThatIllegalStateException()
        .isThrownBy(() -> Trace.of(model).replaceInput("", x -> x).run(this::forward))
        .withMessage("replacing the input of \"\": the run computed no such thing");
  }

  @Test
  void anotherRunsActivationGoesOn() {
    Packed other = Packed.of(List.of(new int[] {8, 8, 3, 4, 12}));
    Trace seen = Trace.of(model);
    Site layer = seen.at("encoder.layer.1");
    float[] theirs = seen.run(() -> model.forward(other)).toFloats();
    Tensor given = layer.output();
    Trace patch = Trace.of(model).replace("encoder.layer.1", y -> given);
    assertThat(patch.run(this::forward).toFloats()).isEqualTo(theirs);
    Trace input = Trace.of(model).replaceInput("encoder.layer.2", x -> given);
    assertThat(input.run(this::forward).toFloats()).isEqualTo(theirs);
  }

  @Test
  void replacementsAtOneModuleActOneAfterTheOther() {
    Trace trace =
        Trace.of(model)
            .replace("embeddings", y -> F.mul(y, 2))
            .replace("embeddings", y -> F.add(y, 1));
    Site site = trace.at("embeddings");
    trace.run(this::forward);
    Trace plain = Trace.of(model);
    Site embeddings = plain.at("embeddings");
    plain.run(this::forward);
    assertThat(site.output().toFloats())
        .isEqualTo(F.add(F.mul(embeddings.output(), 2), 1).toFloats());
  }

  @Test
  void aReplacementOfAnotherShapeIsRefused() {
    Trace trace = Trace.of(model).replace("encoder.layer.1", y -> Tensor.zeros(4, 16));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trace.run(this::forward))
        .withMessage(
            "replacing the output of \"encoder.layer.1\": expected F32 [5, 16], got F32 [4, 16]");
  }

  @Test
  void aReplacementThatIsPassedByIsRefused() {
    Trace trace = Trace.of(model).replace("encoder.layer.1", y -> y);
    assertThatIllegalStateException()
        .isThrownBy(() -> trace.run(() -> ""))
        .withMessage("replacing the output of \"encoder.layer.1\": the run computed no such thing");
  }

  @Test
  void anAblatedModuleGivesZeros() {
    Trace trace = Trace.of(model).ablate(ATTENTION);
    Site attention = trace.at(ATTENTION);
    Site behind = trace.at("encoder.layer.1.intermediate");
    trace.run(this::forward);
    assertThat(attention.output().toFloats()).containsOnly(0);
    assertThat(behind.input().toFloats()).containsOnly(0);
  }

  @Test
  void anAblatedHeadGivesZerosAndTheOthersWhatTheyGave() {
    Trace plain = Trace.of(model);
    Site whole = plain.at(ATTENTION).withAttention();
    plain.run(this::forward);
    Trace trace = Trace.of(model).ablateHead(ATTENTION, 2);
    Site without = trace.at(ATTENTION).withAttention();
    trace.run(this::forward);
    Tensor heads = without.attention().heads();
    for (int n = 0; n < 4; n++) {
      float[] got = heads.select(1, n).toFloats();
      if (n == 2) {
        assertThat(got).containsOnly(0);
      } else {
        assertThat(got).isEqualTo(whole.attention().heads().select(1, n).toFloats());
      }
    }
    assertThat(without.output().toFloats()).isNotEqualTo(whole.output().toFloats());
  }

  @Test
  void aHeadThatIsNotThereIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trace.of(model).ablateHead(ATTENTION, 4).run(this::forward))
        .withMessage("\"" + ATTENTION + "\" has heads 0 to 3, there is no head 4");
  }

  @Test
  void headsOfSeveralAttentionsBelowOneModuleAreNotReplacedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trace.of(model).ablateHead("", 0).run(this::forward))
        .withMessageContaining(
            "\"encoder.layer.0.attention.self\" and \"encoder.layer.1.attention.self\" attend");
    Trace trace = Trace.of(model);
    Site root = trace.at("").withAttention();
    trace.run(this::forward);
    assertThat(root.attentions()).hasSize(3);
    assertThatIllegalStateException()
        .isThrownBy(root::attention)
        .withMessageContaining("was attending 3 times in the last run, expected once");
  }

  @Test
  void everySequenceHasItsProbabilities() {
    Packed two = Packed.of(List.of(new int[] {5, 7, 9}, new int[] {4, 8}));
    Trace trace = Trace.of(model);
    Site site = trace.at(ATTENTION).withAttention();
    trace.run(() -> model.forward(two));
    assertThat(site.attention().bySequence())
        .extracting(p -> p.shape().toString())
        .containsExactly("[4, 3, 3]", "[4, 2, 2]");
    assertThatIllegalStateException()
        .isThrownBy(() -> site.attention().probabilities())
        .withMessageContaining("in a batch of 2 sequences; bySequence() has");
  }

  @Test
  void aSecondRunForgetsTheFirst() {
    Trace trace = Trace.of(model);
    Site site = trace.at(ATTENTION);
    trace.run(this::forward);
    trace.run(this::forward);
    assertThat(site.calls()).hasSize(1);
    trace.run(() -> F.add(forward(), forward()));
    assertThat(site.calls()).hasSize(2);
    assertThatIllegalStateException()
        .isThrownBy(site::output)
        .withMessageContaining("was computed 2 times in the last run, expected once");
  }

  @Test
  void gradientsPassThroughATrace() {
    List<Parameter> parameters = model.parameters();
    Tape plain = Tape.record(parameters, () -> F.mean(forward()));
    Gradients expected = plain.backward();
    Trace trace = Trace.of(model);
    trace.modules().keySet().forEach(path -> trace.at(path).withAttention());
    Tape traced = trace.run(() -> Tape.record(parameters, () -> F.mean(forward())));
    Gradients got = traced.backward();
    for (Parameter parameter : parameters) {
      assertThat(got.of(parameter).toFloats())
          .as(parameter.name())
          .isEqualTo(expected.of(parameter).toFloats());
    }
  }

  @Test
  void aDecodersBlockAttendsToItselfAndToWhatWasRead() throws IOException {
    try (GoldenModel golden = GoldenModel.open("t5_v1_1")) {
      PaddedInputs inputs = golden.inputs(golden.batches().getFirst());
      Trace trace = Trace.of(golden.model());
      Site block = trace.at("decoder.block.0").withAttention();
      trace.run(() -> golden.model().padded().run(inputs, new Outputs(false, false)));
      assertThat(block.attentions())
          .extracting(Site.Attention::path)
          .containsExactly(
              "decoder.block.0.layer.0.SelfAttention", "decoder.block.0.layer.1.EncDecAttention");
    }
  }
}
