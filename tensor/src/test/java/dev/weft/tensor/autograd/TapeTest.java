package dev.weft.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TapeTest {
  private final Parameter w = parameter("w", 1, 2, 3, 4, 5, 6); // [2, 3]

  private static Parameter parameter(String name, float... values) {
    return new Parameter(name, Tensor.of(values, 2, values.length / 2).keep());
  }

  private static Tensor x() {
    return Tensor.of(new float[] {0.5f, -1, 2, 1.5f, 0.25f, -3}, 2, 3);
  }

  private static float[] gradient(Parameter p, Function<Tensor, Tensor> loss) {
    return Tape.record(List.of(p), () -> F.sum(loss.apply(p.tensor()))).backward().of(p).toFloats();
  }

  // ---- gradients gather by storage ---------------------------------------------------------

  @Test
  void tiedWeightsGatherInOneGradient() {
    Parameter tied = new Parameter("tied", w.tensor());
    Gradients gradients =
        Tape.record(
                List.of(w, tied), () -> F.sum(F.add(F.mul(w.tensor(), 2), F.mul(tied.tensor(), 3))))
            .backward();
    assertThat(gradients.parameters()).containsExactly(w);
    assertThat(gradients.of(w).toFloats()).containsOnly(5);
    assertThat(gradients.of(tied).toFloats()).containsOnly(5);
    assertThat(gradients.has(tied)).isTrue();
  }

  @Test
  void viewsGatherInTheGradientOfTheirParameter() {
    assertThat(
            gradient(
                w,
                p ->
                    F.add(
                        F.matmul(p, p.transpose(0, 1)).view(4),
                        F.mul(p.slice(1, 1, 3).reshape(-1), 10))))
        .containsExactly(2 * 5, 2 * 7 + 10, 2 * 9 + 10, 2 * 5, 2 * 7 + 10, 2 * 9 + 10);
  }

  @Test
  void gradientsPassThroughViewsOfResults() {
    assertThat(
            gradient(
                w,
                p -> {
                  Tensor y = F.mul(p, 2);
                  Tensor column = y.transpose(0, 1).select(0, 1); // [2]
                  return F.mul(column, y.reshape(3, 2).transpose(0, 1).slice(1, 2, 3).view(2));
                }))
        // column = y[., 1] = (4, 10), the other y[1, 1] = 10 and y[1, 2] = 12
        .containsExactly(0, 2 * 10, 0, 0, 2 * 12 + 2 * 4, 2 * 10);
  }

  @Test
  void diamondsAndRepeatedInputsAdd() {
    assertThat(gradient(w, p -> F.mul(p, p))).containsExactly(2, 4, 6, 8, 10, 12);
    assertThat(
            gradient(
                w,
                p -> {
                  Tensor y = F.mul(p, 3);
                  return F.add(F.mul(y, y), F.add(y, F.sub(y, F.mul(y, 4))));
                }))
        .containsExactly(12, 30, 48, 66, 84, 102); // 3 (2 y - 2)
  }

  @Test
  void adoptedGradientsAreNotSharedWithAnotherInput() {
    // The residual's gradient is dy, the delta's is the same values: each must be its own.
    Parameter delta = parameter("delta", 0, 0, 0, 0);
    Parameter residual = parameter("residual", 0, 0, 0, 0);
    Gradients gradients =
        Tape.record(
                List.of(w, delta, residual),
                () -> {
                  Tensor d = F.mul(delta.tensor(), 2);
                  Tensor r = F.mul(residual.tensor(), 3);
                  Tensor y = F.linear(x(), w.tensor(), null, Activation.NONE, d, r);
                  return F.sum(F.add(y, F.mul(d, F.add(r, 5))));
                })
            .backward();
    assertThat(gradients.of(delta).toFloats()).containsOnly(2 * (1 + 5));
    assertThat(gradients.of(residual).toFloats()).containsOnly(3);
  }

  @Test
  void oneTensorInEveryPlaceOfLinearAdds() {
    Parameter p = parameter("p", 1, 2, 3, 4);
    float[] actual =
        gradient(p, a -> F.linear(F.mul(a, 1), a, a.select(0, 0), Activation.NONE, a, a));
    // y = a + a a^T + a[0] + a, summed.
    assertThat(actual).containsExactly(12, 16, 10, 14);
  }

  // ---- only what leads from a parameter is recorded ------------------------------------------

  @Test
  void opsThatNeedNoGradientAreNotRecorded() {
    Tape.record(
        List.of(w),
        () -> {
          assertThat(Op.of("probe", x()).isRecorded()).isFalse();
          assertThat(Op.of("probe", F.exp(x())).isRecorded()).isFalse();
          assertThat(Op.of("probe", F.exp(w.tensor())).isRecorded()).isTrue();
          assertThat(Op.of("probe", w.tensor().slice(0, 0, 1)).isRecorded()).isTrue();
          return F.sum(w.tensor());
        });
    assertThat(Op.of("probe", w.tensor()).isRecorded()).isFalse();
  }

  @Test
  void aFrozenParameterGetsNoGradient() {
    Parameter frozen = parameter("frozen", 1, 1, 1, 1, 1, 1);
    Gradients gradients =
        Tape.record(List.of(w), () -> F.sum(F.mul(w.tensor(), frozen.tensor()))).backward();
    assertThat(gradients.of(w).toFloats()).containsOnly(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradients.of(frozen))
        .withMessage("parameter \"frozen\" is not one of the 1 trained");
  }

  // ---- misuse --------------------------------------------------------------------------------

  @Test
  void aTapeIsUsedOnce() {
    Tape tape = Tape.record(List.of(w), () -> F.sum(w.tensor()));
    tape.backward();
    assertThatIllegalStateException()
        .isThrownBy(tape::backward)
        .withMessage(
            "backward: this tape was used already; its intermediate results are gone, record"
                + " again");
  }

  @Test
  void aStepBetweenForwardAndBackwardIsAnError() {
    Tape tape = Tape.record(List.of(w), () -> F.sum(w.tensor()));
    w.changed();
    assertThatIllegalStateException()
        .isThrownBy(tape::backward)
        .withMessageContaining("a parameter was changed since the forward");
  }

  @Test
  void theLossIsOneValue() {
    Tape tape = Tape.record(List.of(w), () -> F.exp(w.tensor()));
    assertThatIllegalArgumentException()
        .isThrownBy(tape::backward)
        .withMessage("backward: expected a loss of one value, got shape [2, 3]");
  }

  @Test
  void aResultWithoutParametersIsAnError() {
    Tape tape = Tape.record(List.of(w), () -> F.sum(x()));
    assertThatIllegalArgumentException()
        .isThrownBy(tape::backward)
        .withMessage("backward: the result does not depend on any of the 1 trainable parameters");
  }

  @Test
  void tapesDoNotNestAndHigherOrdersAreRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() ->
            Tape.record(
                List.of(w), () -> Tape.record(List.of(w), () -> F.sum(w.tensor())).result()))
        .withMessage("a tape is recording already; tapes do not nest");
    Tape inner = Tape.record(List.of(w), () -> F.sum(w.tensor()));
    assertThatIllegalStateException()
        .isThrownBy(() -> Tape.record(List.of(w), () -> inner.backward().of(w)))
        .withMessage("backward: a tape is recording; gradients of gradients are not supported");
  }

  @Test
  void gradientsMustHoldEveryTrainedParameter() {
    Parameter other = parameter("other", 1, 1);
    Tape tape = Tape.record(List.of(w), () -> F.sum(w.tensor()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tape.backward(tape.result(), new Gradients(List.of(other))))
        .withMessage("backward: the tape trains parameters that the gradients given do not hold");
  }

  @Test
  void aParameterThatIsPartOfAnotherIsRefused() {
    Parameter part = new Parameter("part", w.tensor().slice(0, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Gradients(List.of(part)))
        .withMessageStartingWith("parameter \"part\" [1, 3] is a part of a larger tensor");
    part.own();
    assertThat(new Gradients(List.of(part)).of(part).toFloats()).containsExactly(0, 0, 0);
  }

  @Test
  void ropeHasNoGradientForItsTables() {
    Parameter cos = parameter("cos", 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Tape.record(
                List.of(cos),
                () ->
                    F.rope(
                        Tensor.zeros(1, 1, 2),
                        cos.tensor(),
                        Tensor.zeros(2, 1),
                        Tensor.of(new long[1], 1))))
        .withMessage("rope: has no gradient for \"cos\" [2, 1]");
  }

  @Test
  void castsThatWouldLoseTheGradientAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tape.record(List.of(w), () -> F.to(w.tensor(), DType.BF16)))
        .withMessage("to: gradients through a cast from F32 to BF16 are not supported");
  }

  // ---- threads ---------------------------------------------------------------------------------

  @Test
  void aParallelStreamInsideARecordingThrows() {
    for (boolean workspace : new boolean[] {false, true}) {
      assertThatThrownBy(() ->
              in(
                  workspace,
                  () ->
                      Tape.record(
                              List.of(w),
                              () ->
                                  IntStream.range(0, 200)
                                      .parallel()
                                      .mapToObj(i -> busy(F.sum(F.mul(w.tensor(), i))))
                                      .reduce(F::add)
                                      .orElseThrow())
                          .result()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("thread");
    }
  }

  // Long enough that the stream's other workers get a part of the 200.
  private static Tensor busy(Tensor x) {
    long until = System.nanoTime() + 200_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    return x;
  }

  @Test
  void aVirtualThreadInsideARecordingThrows() {
    assertThatThrownBy(() ->
            Tape.record(
                List.of(w),
                () -> {
                  AtomicReference<Tensor> y = new AtomicReference<>();
                  elsewhere(() -> y.set(F.sum(w.tensor())));
                  return y.get();
                }))
        .hasMessageContaining(
            "sum: \"w\" [6] is being recorded by a tape of thread "
                + Thread.currentThread().getName());
  }

  @Test
  void anIntermediateOfARecordingIsRefusedByAnotherThread() {
    assertThatThrownBy(() ->
            Tape.record(
                List.of(w),
                () -> {
                  Tensor y = F.mul(w.tensor(), 2);
                  try (Workspace own = new Workspace()) {
                    elsewhere(() -> Run.evaluating(own).call(() -> F.exp(y)));
                  }
                  return F.sum(y);
                }))
        .hasMessageContaining("would lose its gradient");
  }

  @Test
  void anotherThreadMayEvaluateTheParametersInARunOfItsOwn() {
    Gradients gradients =
        Tape.record(
                List.of(w),
                () -> {
                  try (Workspace own = new Workspace()) {
                    elsewhere(() ->
                        assertThat(Run.evaluating(own).call(() -> F.sum(w.tensor()).item()))
                            .isEqualTo(21));
                  }
                  return F.sum(w.tensor());
                })
            .backward();
    assertThat(gradients.of(w).toFloats()).containsOnly(1);
  }

  @Test
  void backwardOnAnotherThreadThrows() {
    Tape tape = Tape.record(List.of(w), () -> F.sum(w.tensor()));
    assertThatThrownBy(() -> elsewhere(tape::backward))
        .hasMessage("backward: the tape belongs to thread " + Thread.currentThread().getName());
  }

  private static void elsewhere(Runnable body) {
    AtomicReference<RuntimeException> thrown = new AtomicReference<>();
    try {
      Thread.ofVirtual()
          .start(() -> {
            try {
              body.run();
            } catch (RuntimeException e) {
              thrown.set(e);
            }
          })
          .join();
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
    if (thrown.get() != null) {
      throw thrown.get();
    }
  }

  private static <T> T in(boolean workspace, Supplier<T> body) {
    if (!workspace) {
      return body.get();
    }
    try (Workspace memory = new Workspace()) {
      return Run.evaluating(memory).call(body);
    }
  }

  // ---- memory of a Run
  // ---------------------------------------------------------------------------

  @Test
  void aTapeEndsWithItsRun() {
    try (Workspace workspace = new Workspace()) {
      Tape tape =
          Run.evaluating(workspace)
              .call(() -> Tape.record(List.of(w), () -> F.sum(F.exp(w.tensor()))));
      assertThatIllegalStateException()
          .isThrownBy(tape::backward)
          .withMessageContaining("the Run has ended");
    }
  }

  @Test
  void tapesOfOneRunGoInReverse() {
    try (Workspace workspace = new Workspace()) {
      Run.evaluating(workspace)
          .call(() -> {
            Tape first = Tape.record(List.of(w), () -> F.sum(F.exp(w.tensor())));
            Tape second = Tape.record(List.of(w), () -> F.sum(F.mul(w.tensor(), w.tensor())));
            assertThat(second.backward().of(w).toFloats()).containsExactly(2, 4, 6, 8, 10, 12);
            first.backward();
            Tape older = Tape.record(List.of(w), () -> F.sum(F.exp(w.tensor())));
            Tape newer = Tape.record(List.of(w), () -> F.sum(F.exp(w.tensor())));
            older.backward();
            Tape third = Tape.record(List.of(w), () -> F.sum(F.exp(w.tensor())));
            assertThatIllegalStateException()
                .isThrownBy(newer::backward)
                .withMessageContaining("tapes of one Run go in reverse");
            third.backward();
            return "";
          });
    }
  }

  // ---- one answer whatever the memory
  // ------------------------------------------------------------

  private Tensor model(Parameter second, boolean frames) {
    Tensor h = x();
    for (int i = 0; i < 3; i++) {
      Tensor in = h;
      h =
          block(
              frames,
              () -> {
                Tensor scale = F.exp(F.mul(in, 0.01f)); // recorded from the second block on only
                Tensor constant = F.exp(x()); // on scratch, read by backward
                Tensor y = F.linear(F.mul(scale, constant), w.tensor()); // [2, 2]
                return F.linear(
                    F.tanh(F.mul(y, 0.02f)), second.tensor(), null, Activation.GELU, null, in);
              });
    }
    return F.mean(h);
  }

  private static Tensor block(boolean frames, Supplier<Tensor> body) {
    return frames ? Workspace.frame(body) : body.get();
  }

  private List<float[]> gradients(boolean workspace, boolean frames) {
    Parameter second =
        new Parameter("v", Tensor.of(new float[] {1, -2, 3, 0.5f, 2, 1}, 3, 2).keep());
    return in(
        workspace,
        () -> {
          Tape tape = Tape.record(List.of(w, second), () -> model(second, frames));
          float loss = tape.result().item();
          Gradients g = tape.backward();
          return List.of(new float[] {loss}, g.of(w).toFloats(), g.of(second).toFloats());
        });
  }

  @Test
  void framesAndWorkspacesChangeNoBit() {
    List<float[]> eager = gradients(false, false);
    assertThat(eager.get(1)).doesNotContain(0, Float.NaN);
    assertThat(gradients(true, false)).usingRecursiveComparison().isEqualTo(eager);
    assertThat(gradients(true, true)).usingRecursiveComparison().isEqualTo(eager);
  }

  @Test
  void aWeightMadeInAFrameIsThereInBackward() {
    Parameter p = parameter("p", 1, 2, 3, 4);
    List<float[]> results =
        Stream.of(false, true)
            .map(workspace ->
                in(
                    workspace,
                    () ->
                        Tape.record(
                                List.of(p),
                                () -> {
                                  Tensor y =
                                      Workspace.frame(() ->
                                          F.linear(
                                              F.mul(p.tensor(), 1),
                                              F.exp(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))));
                                  return F.sum(Workspace.frame(() -> F.exp(F.mul(y, 0.01f))));
                                })
                            .backward()
                            .of(p)
                            .toFloats()))
            .toList();
    assertThat(results.get(1)).isEqualTo(results.get(0)).doesNotContain(Float.NaN);
  }

  @Test
  void aFrameThatThrowsLeavesTheTapeWhole() {
    try (Workspace workspace = new Workspace()) {
      float[] gradient =
          Run.evaluating(workspace)
              .call(() ->
                  Tape.record(
                          List.of(w),
                          () -> {
                            assertThatIllegalArgumentException()
                                .isThrownBy(() ->
                                    Workspace.frame(() -> F.matmul(F.exp(w.tensor()), w.tensor())));
                            return F.sum(Workspace.frame(() -> F.mul(w.tensor(), 2)));
                          })
                      .backward()
                      .of(w)
                      .toFloats());
      assertThat(gradient).containsOnly(2);
    }
  }

  @Test
  void microBatchesAccumulate() {
    try (Workspace workspace = new Workspace()) {
      Gradients gradients = new Gradients(List.of(w));
      for (int step = 1; step <= 2; step++) {
        assertThat(gradients.has(w)).isFalse();
        for (int micro = 1; micro <= 3; micro++) {
          int factor = micro;
          Run.training(workspace, 1, step, micro)
              .call(() -> {
                Tape tape = Tape.record(List.of(w), () -> F.sum(F.mul(w.tensor(), factor)));
                tape.backward(tape.result(), gradients);
                return "";
              });
        }
        assertThat(gradients.of(w).toFloats()).containsOnly(6);
        gradients.clear();
        assertThat(gradients.of(w).toFloats()).containsOnly(0);
      }
    }
  }
}
