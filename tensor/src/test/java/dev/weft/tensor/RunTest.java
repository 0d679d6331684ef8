package dev.weft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RunTest {
  @Test
  void whatARunMadeEndsWithIt() {
    try (Workspace workspace = new Workspace()) {
      Tensor[] kept = new Tensor[1];
      Tensor dead =
          Run.evaluating(workspace)
              .call(() -> {
                Tensor y = F.exp(Tensor.zeros(2, 3)).named("y");
                kept[0] = y.keep();
                return y;
              });
      assertThatIllegalStateException()
          .isThrownBy(() -> F.exp(dead))
          .withMessage(
              "tensor \"y\" [2, 3] outlived the frame or step that made it; return it from the"
                  + " frame, or keep() a copy");
      assertThat(kept[0].toFloats()).containsOnly(1);
    }
  }

  @Test
  void aTensorOfAnotherRunIsRefused() {
    try (Workspace one = new Workspace();
        Workspace two = new Workspace()) {
      Run.evaluating(one)
          .call(() -> {
            Tensor x = Tensor.zeros(2).named("x");
            return Run.evaluating(two)
                .call(() -> {
                  assertThatIllegalStateException()
                      .isThrownBy(() -> F.exp(x))
                      .withMessage(
                          "exp: \"x\" [2] belongs to another Run; keep() a copy of it" + " there");
                  return F.exp(x.keep());
                });
          });
    }
  }

  @Test
  void aRunIsNotSharedBetweenThreads() throws InterruptedException {
    try (Workspace workspace = new Workspace()) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread[] other = new Thread[1];
      Run.evaluating(workspace)
          .call(() -> {
            Run mine = Run.current();
            Tensor x = Tensor.zeros(2);
            other[0] =
                Thread.ofPlatform()
                    .name("other")
                    .start(() -> {
                      try {
                        F.exp(x);
                      } catch (IllegalStateException e) {
                        thrown.set(e);
                      }
                      assertThat(Run.current()).isNotSameAs(mine);
                    });
            try {
              other[0].join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return "";
          });
      assertThat(thrown.get()).hasMessageContaining("belongs to another Run");
    }
  }

  @Test
  void aWorkspaceServesOneRunAtATime() throws InterruptedException {
    try (Workspace workspace = new Workspace();
        Workspace other = new Workspace()) {
      Run.evaluating(workspace)
          .call(() -> {
            String name = Thread.currentThread().getName();
            assertThatIllegalStateException()
                .isThrownBy(() ->
                    Run.evaluating(other).call(() -> Run.evaluating(workspace).call(() -> "")))
                .withMessage("workspace is in use by a Run of thread " + name);
            assertThatIllegalStateException().isThrownBy(workspace::close);
            Tensor x = Tensor.full(DType.F32, Shape.of(2), 3);
            Run.evaluating(workspace).call(() -> Tensor.zeros(1000)); // the same Run goes on
            assertThat(x.toFloats()).containsOnly(3);
            return "";
          });
    }
  }

  @Test
  void modesAndAdaptersHoldForTheBody() {
    try (Workspace workspace = new Workspace()) {
      assertThat(Run.current().isTraining()).isFalse();
      Run run = Run.training(workspace, 1, 2, 3).with(Map.of("a.b", x -> x));
      run.call(() -> {
        assertThat(Run.current().isTraining()).isTrue();
        assertThat(Run.current().dropoutKey()).isEqualTo(run.dropoutKey());
        assertThat(Run.current().adapter("a.b")).isNotNull();
        assertThat(Run.current().adapter("a")).isNull();
        return "";
      });
      assertThat(Run.current().adapter("a.b")).isNull();
      assertThat(Run.training(workspace, 1, 2, 3).dropoutKey()).isEqualTo(run.dropoutKey());
      assertThat(Run.training(workspace, 1, 3, 2).dropoutKey()).isNotEqualTo(run.dropoutKey());
    }
  }
}
