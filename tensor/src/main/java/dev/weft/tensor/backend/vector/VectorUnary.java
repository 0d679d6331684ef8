package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.ScalarElementwise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Element-wise functions of one operand. A loop a kind: a choice inside the loop, or a function
 * passed in, would box a vector an iteration. Loops are passed, so that each is compiled by itself:
 * several in one method are more than C2 takes in.
 */
final class VectorUnary {
  /** Writes functions of {@code n} elements from byte {@code xb} of x to y. */
  private interface Loop {
    void run(MemorySegment x, long xb, MemorySegment y, long yb, int n);
  }

  private VectorUnary() {}

  /** {@link KernelCall.Unary}. */
  static void run(KernelCall.Unary call) {
    Elements.need("unary: x", call.x(), call.y().length());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Loop loop = loop(call.kind());
    Tasks.elements(
        call.y().length(),
        (from, to) -> {
          long xb = call.x().offset() + 4 * from;
          long yb = call.y().offset() + 4 * from;
          int n = (int) (to - from);
          int bound = n & -Species.LENGTH;
          if (bound > 0) {
            loop.run(x, xb, y, yb, bound);
          }
          for (int i = bound; i < n; i++) {
            float value = Elements.get(x, xb, i);
            Elements.set(y, yb, i, ScalarElementwise.apply(call.kind(), value));
          }
        });
  }

  private static Loop loop(UnaryKind kind) {
    return switch (kind) {
      case NEG -> VectorUnary::neg;
      case EXP -> VectorUnary::exp;
      case LOG -> VectorUnary::log;
      case SQRT -> VectorUnary::sqrt;
      case RELU -> VectorUnary::relu;
      case TANH -> VectorUnary::tanh;
      case ERF -> VectorUnary::erf;
      case SIGMOID -> VectorUnary::sigmoid;
      case GELU -> VectorUnary::gelu;
      case GELU_TANH -> VectorUnary::geluTanh;
      case SILU -> VectorUnary::silu;
    };
  }

  private static void neg(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      v.neg().intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void exp(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.exp(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void log(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.log(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void sqrt(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      v.sqrt().intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void relu(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.relu(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void tanh(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.tanh(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void erf(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.erf(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void sigmoid(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.sigmoid(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void gelu(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.gelu(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void geluTanh(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.geluTanh(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void silu(MemorySegment x, long xb, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      VectorMath.silu(v).intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }
}
