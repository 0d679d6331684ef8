package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compiled, the element-wise functions make no objects of vectors, GELU included, which is as long
 * as C2 takes into one loop.
 */
class UnaryAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** One task, of the calling thread. */
  private static final int COUNT = 1 << 14;

  /** A call's own objects; with vectors boxed it allocates more than 16 bytes an element. */
  private static final long BOUND = COUNT;

  private static final int CALLS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  void aFunctionBoxesNoVectors(UnaryKind kind) {
    try (Arena arena = Arena.ofShared()) {
      KernelCall.Unary call = new KernelCall.Unary(kind, buf(arena), buf(arena));
      assertSpares(() -> VectorUnary.run(call));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDerivativeBoxesNoVectors(UnaryKind kind) {
    try (Arena arena = Arena.ofShared()) {
      KernelCall.UnaryGrad call =
          new KernelCall.UnaryGrad(kind, buf(arena), buf(arena), buf(arena));
      assertSpares(() -> VectorUnaryGrad.run(call));
    }
  }

  /** Until the JIT has compiled the loop, vectors are objects: it is called until they are not. */
  private static void assertSpares(Runnable call) {
    Instant end = Instant.now().plus(PATIENCE);
    long bytes;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
    } while (bytes > BOUND && Instant.now().isBefore(end));
    assertThat(bytes).isLessThanOrEqualTo(BOUND);
  }

  private static Buf buf(Arena arena) {
    return new Buf(arena.allocate(4L * COUNT, 64), 0, DType.F32, COUNT);
  }
}
