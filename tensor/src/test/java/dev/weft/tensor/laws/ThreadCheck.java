package dev.weft.tensor.laws;

import dev.weft.tensor.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@link Law#THREADS}: the largest operands there are, which a kernel cuts in parts, and some drawn
 * ones. A race shows itself now and then, so each is run several times.
 */
final class ThreadCheck implements Check {
  private static final int RUNS = 3;
  private static final int CALLERS = 3;

  @Override
  public int tries(KernelUnderTest<?> kernel, int wanted) {
    return Math.max(4, wanted / 8);
  }

  @Override
  public LawCase fit(LawCase drawn, int attempt) {
    return attempt == 0 ? drawn.with(Values.ORDINARY).largest() : drawn;
  }

  @Override
  public <C> void check(KernelUnderTest<C> kernel, LawCase at) {
    int before = Compute.threads();
    try {
      kernel.threads(1);
      Trial<C> one = Trial.draw(kernel, at).run();
      for (int threads = 2; threads <= 3; threads++) {
        kernel.threads(threads);
        Trial<C> several = Trial.draw(kernel, at);
        several.operands.remember();
        for (int run = 0; run < RUNS; run++) {
          several.operands.restore();
          several.run().mustEqual(one, Tolerance.BITS, "of 1 thread, on " + threads);
        }
      }
      atOnce(kernel, at);
    } finally {
      kernel.threads(before);
    }
  }

  /** Callers with values of their own: with common ones a mixture would go unseen. */
  private static <C> void atOnce(KernelUnderTest<C> kernel, LawCase at) {
    List<Trial<C>> alone = new ArrayList<>();
    List<Trial<C>> together = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      LawCase own = at.seeded(at.seed() + caller);
      alone.add(Trial.draw(kernel, own).run());
      together.add(Trial.draw(kernel, own));
      together.get(caller).operands.remember();
    }
    runAll(together);
    for (int caller = 0; caller < CALLERS; caller++) {
      together.get(caller).mustEqual(alone.get(caller), Tolerance.BITS, "as to one caller alone");
    }
  }

  private static <C> void runAll(List<Trial<C>> trials) {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (Trial<C> trial : trials) {
        calls.add(callers.submit(() -> repeat(trial)));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    } catch (ExecutionException e) {
      throw new LawViolation("the kernel threw " + e.getCause() + " to one of several callers", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static <C> void repeat(Trial<C> trial) {
    for (int run = 0; run < RUNS; run++) {
      trial.operands.restore();
      trial.run();
    }
  }
}
