package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Allocations.assertSpares;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compiled, the element-wise functions make no objects of vectors, GELU's derivative included, the
 * longest loop.
 */
class UnaryAllocationTest {
  /** One task, of the calling thread. */
  private static final int COUNT = 1 << 14;

  @ParameterizedTest
  @EnumSource
  void aFunctionBoxesNoVectors(UnaryKind kind) {
    try (Arena arena = Arena.ofShared()) {
      KernelCall.Unary call = new KernelCall.Unary(kind, buf(arena), buf(arena));
      assertSpares(() -> VectorUnary.run(call), COUNT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDerivativeBoxesNoVectors(UnaryKind kind) {
    try (Arena arena = Arena.ofShared()) {
      KernelCall.UnaryGrad call =
          new KernelCall.UnaryGrad(kind, buf(arena), buf(arena), buf(arena));
      assertSpares(() -> VectorUnaryGrad.run(call), COUNT);
    }
  }

  private static Buf buf(Arena arena) {
    return new Buf(arena.allocate(4L * COUNT, 64), 0, DType.F32, COUNT);
  }
}
