package dev.weft.tensor.backend.vector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.ScalarElementwise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Element-wise functions of one operand. A loop a kind: a choice inside the loop, or a function
 * passed in, would box a vector an iteration.
 */
final class VectorUnary {
  /** Elements worked on in arrays at a time: they stay in the first cache. */
  private static final int PART = 1024;

  private VectorUnary() {}

  /** {@link KernelCall.Unary}. */
  static void run(KernelCall.Unary call) {
    Elements.need("unary: x", call.x(), call.y().length());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.elements(
        call.y().length(),
        (from, to) -> {
          long xb = call.x().offset() + 4 * from;
          long yb = call.y().offset() + 4 * from;
          int n = (int) (to - from);
          int bound = n & -Species.LENGTH;
          switch (call.kind()) {
            case NEG -> neg(x, xb, y, yb, bound);
            case EXP -> exp(x, xb, y, yb, bound);
            case LOG -> log(x, xb, y, yb, bound);
            case SQRT -> sqrt(x, xb, y, yb, bound);
            case RELU -> relu(x, xb, y, yb, bound);
            case TANH, SIGMOID, GELU, GELU_TANH, SILU -> inArrays(call.kind(), x, xb, y, yb, bound);
          }
          for (int i = bound; i < n; i++) {
            float value = Elements.get(x, xb, i);
            Elements.set(y, yb, i, ScalarElementwise.apply(call.kind(), value));
          }
        });
  }

  private static void neg(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = Species.load(x, xb, i);
      Species.store(v.neg(), y, yb, i);
    }
  }

  private static void exp(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = Species.load(x, xb, i);
      Species.store(VectorMath.exp(v), y, yb, i);
    }
  }

  private static void log(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = Species.load(x, xb, i);
      Species.store(VectorMath.log(v), y, yb, i);
    }
  }

  private static void sqrt(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = Species.load(x, xb, i);
      Species.store(v.sqrt(), y, yb, i);
    }
  }

  private static void relu(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = Species.load(x, xb, i);
      Species.store(VectorMath.relu(v), y, yb, i);
    }
  }

  private static void inArrays(
      UnaryKind kind, MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    Scratch scratch = Scratch.borrow();
    float[] part = scratch.floats(0, PART);
    float[] spare = scratch.floats(1, PART);
    for (int at = 0; at < n; at += PART) {
      int length = Math.min(PART, n - at);
      MemorySegment.copy(x, JAVA_FLOAT_UNALIGNED, xb + 4L * at, part, 0, length);
      switch (kind) {
        case TANH -> MathLoops.tanh(part, length);
        case SIGMOID -> MathLoops.sigmoid(part, length);
        case GELU -> MathLoops.gelu(part, length, spare);
        case GELU_TANH -> MathLoops.geluTanh(part, length, spare);
        case SILU -> MathLoops.silu(part, length, spare);
        case NEG, EXP, LOG, SQRT, RELU -> throw new IllegalStateException(kind + " needs none");
      }
      MemorySegment.copy(part, 0, y, JAVA_FLOAT_UNALIGNED, yb + 4L * at, length);
    }
    scratch.giveBack();
  }
}
