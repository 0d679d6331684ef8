package dev.weft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
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

  /** Adds a number to what every module gives, and notes what it saw. */
  private record Adding(String path, float number, List<Float> seen) implements Probe {
    @Override
    public boolean watches(String path) {
      return path.equals(this.path);
    }

    @Override
    public Tensor input(String path, Tensor x) {
      return x;
    }

    @Override
    public Tensor output(String path, Tensor y) {
      seen.add(y.item());
      return F.add(y, number);
    }
  }

  @Test
  void theProbeOfARunSeesTheRunsInsideFirst() {
    Adding outer = new Adding("a", 1, new ArrayList<>());
    Adding inner = new Adding("a", 10, new ArrayList<>());
    Adding elsewhere = new Adding("b", 100, new ArrayList<>());
    try (Workspace workspace = new Workspace()) {
      float y =
          Run.current()
              .probed(outer)
              .call(() ->
                  Run.evaluating(workspace)
                      .probed(inner)
                      .call(() -> {
                        // A Run made of the one in scope is seen by each probe once.
                        Run again = Run.current().naming(Tensor.of(new long[] {0}, 1));
                        return again
                            .probed(elsewhere)
                            .call(() -> {
                              Probe probe = Run.current().probe();
                              assertThat(probe).isNotNull();
                              assertThat(probe.watches("b")).isTrue();
                              assertThat(probe.watches("c")).isFalse();
                              return probe.output("a", Tensor.scalar(5)).item();
                            });
                      }));
      assertThat(y).isEqualTo(16);
    }
    assertThat(outer.seen()).containsExactly(5f);
    assertThat(inner.seen()).containsExactly(6f);
    assertThat(elsewhere.seen()).isEmpty();
    assertThat(Run.current().probe()).isNull();
  }
}
