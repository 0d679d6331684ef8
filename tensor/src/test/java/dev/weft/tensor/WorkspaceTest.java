package dev.weft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  private static final int CHUNK = 16 << 20; // one tensor of this size fills a chunk of the slab
  private static final int ELEMENTS = CHUNK / 4;

  private static Tensor block(Tensor in) {
    return Workspace.frame(() -> F.mul(F.add(F.mul(F.add(in, 1), 2), -1), 0.5f));
  }

  private static long peak(Supplier<Tensor> body) {
    try (Workspace workspace = new Workspace()) {
      Run.evaluating(workspace).call(body);
      return workspace.peakBytes();
    }
  }

  private static Tensor layers(int count, UnaryOperator<Tensor> block) {
    Tensor h = Tensor.zeros(ELEMENTS);
    for (int i = 0; i < count; i++) {
      h = block.apply(h);
    }
    return h;
  }

  @Test
  void thePeakOfManyLayersIsThatOfOneAndTheResultsKept() {
    long one = peak(() -> layers(1, WorkspaceTest::block));
    assertThat(one).isEqualTo(5L * CHUNK);
    // The input of the model and the result of each layer before stay: five more than for one.
    assertThat(peak(() -> layers(6, WorkspaceTest::block))).isEqualTo(one + 5L * CHUNK);
    // Frames inside a frame keep nothing but the last result.
    assertThat(peak(() -> layers(6, h -> Workspace.frame(() -> block(block(block(h)))))))
        .isLessThanOrEqualTo(one + 7L * CHUNK);
  }

  @Test
  void backwardReleasesFrameByFrame() {
    Parameter p = new Parameter("p", Tensor.zeros(ELEMENTS).keep());
    long one = training(p, 1);
    long six = training(p, 6);
    // Saved: four results a layer. The gradients in flight do not grow with the layers.
    assertThat(six - one).isEqualTo(5 * 4L * CHUNK);
  }

  private static long training(Parameter p, int layers) {
    return peak(() -> {
      Tape tape =
          Tape.record(
              List.of(p),
              () -> {
                Tensor h = p.tensor();
                for (int i = 0; i < layers; i++) {
                  h = block(h);
                }
                return Workspace.frame(sum(h));
              });
      Gradients gradients = tape.backward();
      assertThat(gradients.of(p).toFloats()).containsOnly(1);
      return tape.result();
    });
  }

  private static Supplier<Tensor> sum(Tensor h) {
    return () -> F.sum(h);
  }

  @Test
  void aLinearWritesOverTheDeltaItIsGiven() {
    Tensor x = Tensor.full(DType.F32, Shape.of(ELEMENTS / 64, 2), 1).keep();
    Tensor weight = Tensor.full(DType.F32, Shape.of(64, 2), 3).keep();
    Parameter b = new Parameter("b", Tensor.full(DType.F32, Shape.of(64, 2), 2).keep());
    long alone = peak(() -> gradient(b, () -> F.linear(x, b.tensor()), ELEMENTS / 64));
    UnaryOperator<Tensor> onto = d -> F.linear(x, weight, null, Activation.NONE, d, null);
    assertThat(peak(() -> gradient(b, () -> onto.apply(F.linear(x, b.tensor())), ELEMENTS / 64)))
        .isEqualTo(alone);
    assertThatIllegalStateException()
        .isThrownBy(() ->
            peak(() -> {
              Tensor delta = F.linear(x, b.tensor());
              return F.add(onto.apply(delta), delta);
            }))
        .withMessageContaining("was given up to an operation");
  }

  @Test
  void aLinearLeavesADeltaThatABackwardReads() {
    Tensor x = Tensor.full(DType.F32, Shape.of(8, 2), 1).keep();
    Tensor weight = Tensor.full(DType.F32, Shape.of(64, 2), 3).keep();
    Parameter b = new Parameter("b", Tensor.full(DType.F32, Shape.of(64, 2), 2).keep());
    Supplier<Tensor> body =
        () -> {
          Tensor delta = F.linear(x, b.tensor()); // 4
          Tensor squares = F.mul(delta, delta);
          return F.add(squares, F.linear(x, weight, null, Activation.NONE, delta, null));
        };
    assertThat(peak(() -> gradient(b, body, 8 * (2 * 4 + 1)))).isPositive();
  }

  private static Tensor gradient(Parameter b, Supplier<Tensor> body, float expected) {
    Tape tape = Tape.record(List.of(b), () -> F.sum(body.get()));
    assertThat(tape.backward().of(b).toFloats()).containsOnly(expected);
    return tape.result();
  }

  @Test
  void memoryIsUsedAgainFromStepToStep() {
    Parameter p = new Parameter("p", Tensor.zeros(ELEMENTS / 8).keep());
    try (Workspace workspace = new Workspace()) {
      long first = 0;
      for (int step = 0; step < 5; step++) {
        Run.training(workspace, 1, step, 0)
            .call(() ->
                Tape.record(
                        List.of(p),
                        () -> {
                          Tensor h = p.tensor();
                          for (int i = 0; i < 20; i++) {
                            h = block(h);
                          }
                          return F.sum(h);
                        })
                    .backward());
        first = step == 0 ? workspace.peakBytes() : first;
      }
      assertThat(workspace.peakBytes()).isEqualTo(first);
    }
  }

  @Test
  void microBatchesOfOneRunLeaveNothingBehind() {
    Parameter p = new Parameter("p", Tensor.zeros(ELEMENTS).keep());
    Gradients gradients = new Gradients(List.of(p));
    Supplier<Tensor> micro =
        () -> {
          Tape tape = Tape.record(List.of(p), () -> F.sum(F.exp(p.tensor())));
          tape.backward(tape.result(), gradients);
          return tape.result();
        };
    long one = peak(micro);
    assertThat(
            peak(() -> {
              for (int i = 0; i < 4; i++) {
                Tensor _ = micro.get();
              }
              return Tensor.scalar(0);
            }))
        .isEqualTo(one);
  }

  @Test
  void theCapIsAnErrorThatSaysWhatToDo() {
    System.setProperty("weft.workspace", "48");
    try (Workspace workspace = new Workspace()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> Run.evaluating(workspace).call(() -> layers(9, h -> F.add(h, 1))))
          .withMessage(
              "workspace: 64 MiB would be needed and the cap is 48 MiB; use a smaller batch or"
                  + " raise the cap (system property weft.workspace)");
      // The failed Run gave everything back.
      assertThat(Run.evaluating(workspace).call(() -> layers(2, h -> F.add(h, 1))).shape())
          .isEqualTo(Shape.of(ELEMENTS));
      System.setProperty("weft.workspace", "much");
      assertThatIllegalArgumentException()
          .isThrownBy(Workspace::new)
          .withMessage("weft.workspace: expected MiB, got much");
    } finally {
      System.clearProperty("weft.workspace");
    }
  }

  @Test
  void framesReturnTheirResultAndEndTheRest() {
    try (Workspace workspace = new Workspace()) {
      Run.evaluating(workspace)
          .call(() -> {
            Tensor[] inner = new Tensor[1];
            Tensor y =
                Workspace.frame(() -> {
                  Tensor.zeros(1000);
                  inner[0] = F.exp(Tensor.of(new float[] {1, 2}, 2)).named("h");
                  return F.add(inner[0], 0).slice(0, 1, 2);
                });
            Tensor.full(DType.F32, Shape.of(4000), 7); // over what the frame had
            assertThat(y.toFloats()).containsExactly((float) Math.exp(2));
            assertThatIllegalStateException()
                .isThrownBy(() -> F.exp(inner[0]))
                .withMessageStartingWith("tensor \"h\" [2] outlived the frame or step");
            assertThatIllegalStateException().isThrownBy(inner[0]::toFloats);
            assertThatIllegalStateException().isThrownBy(inner[0]::keep);
            assertThatIllegalStateException().isThrownBy(inner[0]::segment);
            return y;
          });
    }
  }

  @Test
  void aFrameMayReturnWhatWasThereBefore() {
    try (Workspace workspace = new Workspace()) {
      Tensor outside = Tensor.of(new float[] {3}, 1);
      Run.evaluating(workspace)
          .call(() -> {
            Tensor before = Tensor.of(new float[] {2}, 1);
            assertThat(Workspace.frame(() -> before)).isSameAs(before);
            assertThat(Workspace.frame(() -> outside)).isSameAs(outside);
            return "";
          });
    }
    assertThat(Workspace.frame(() -> Tensor.scalar(4)).item()).isEqualTo(4);
  }
}
