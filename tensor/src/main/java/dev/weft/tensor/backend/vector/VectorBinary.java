package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Nest;
import dev.weft.tensor.kernel.ScalarElementwise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Affine maps, additions and functions of two operands: vectors where an operand is contiguous or
 * one value inside a row, else the scalar body.
 */
final class VectorBinary {
  private VectorBinary() {}

  /** {@link KernelCall.Affine}. */
  static void run(KernelCall.Affine call) {
    Elements.need("affine: x", call.x(), call.y().length());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.elements(
        call.y().length(),
        (from, to) -> {
          long xb = call.x().offset() + 4 * from;
          long yb = call.y().offset() + 4 * from;
          int n = (int) (to - from);
          int bound = n & -Species.LENGTH;
          if (bound > 0) {
            affine(x, xb, call.scale(), call.shift(), y, yb, bound);
          }
          for (int i = bound; i < n; i++) {
            Elements.set(y, yb, i, Math.fma(Elements.get(x, xb, i), call.scale(), call.shift()));
          }
        });
  }

  private static void affine(
      MemorySegment x, long xb, float scale, float shift, MemorySegment y, long yb, int n) {
    MemorySegment xs = Species.floats(x, xb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector factor = FloatVector.broadcast(Species.F32, scale);
    FloatVector term = FloatVector.broadcast(Species.F32, shift);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER)
          .fma(factor, term)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  /** {@link KernelCall.Accumulate}. */
  static void run(KernelCall.Accumulate call) {
    Nest nest = Nest.of(call.dims(), call.inStrides(), call.outStrides());
    long in = nest.innerStride(0);
    long out = nest.innerStride(1);
    MemorySegment x = call.in().segment();
    MemorySegment y = call.out().segment();
    nest.pieces((at, n) -> {
      int bound = out == 1 && in <= 1 ? n & -Species.LENGTH : 0;
      long xb = call.in().offset() + 4 * at[0];
      long yb = call.out().offset() + 4 * at[1];
      if (bound > 0 && in == 1) {
        add(y, yb, x, xb, y, yb, bound);
      } else if (bound > 0) {
        addOne(y, yb, Elements.get(x, xb, 0), y, yb, bound);
      }
      ScalarElementwise.accumulate(
          call, at[0] + in * bound, in, at[1] + out * bound, out, n - bound);
    });
  }

  /** {@link KernelCall.Binary}. */
  static void run(KernelCall.Binary call) {
    Nest nest = Nest.of(call.dims(), call.aStrides(), call.bStrides(), Nest.dense(call.dims()));
    long as = nest.innerStride(0);
    long bs = nest.innerStride(1);
    MemorySegment a = call.a().segment();
    MemorySegment b = call.b().segment();
    MemorySegment y = call.y().segment();
    nest.pieces((at, n) -> {
      long ab = call.a().offset() + 4 * at[0];
      long bb = call.b().offset() + 4 * at[1];
      long yb = call.y().offset() + 4 * at[2];
      int bound = as <= 1 && bs <= 1 && as + bs > 0 ? n & -Species.LENGTH : 0;
      if (bound > 0) {
        if (as == bs) {
          both(call.kind(), a, ab, b, bb, y, yb, bound);
        } else if (as == 1) {
          oneRight(call.kind(), a, ab, Elements.get(b, bb, 0), y, yb, bound);
        } else {
          oneLeft(call.kind(), Elements.get(a, ab, 0), b, bb, y, yb, bound);
        }
      }
      for (int i = bound; i < n; i++) {
        float left = Elements.get(a, ab, as * i);
        float right = Elements.get(b, bb, bs * i);
        Elements.set(y, yb, i, ScalarElementwise.apply(call.kind(), left, right));
      }
    });
  }

  private static void both(
      KernelCall.BinaryKind kind,
      MemorySegment a,
      long ab,
      MemorySegment b,
      long bb,
      MemorySegment y,
      long yb,
      int n) {
    switch (kind) {
      case ADD -> add(a, ab, b, bb, y, yb, n);
      case SUB -> sub(a, ab, b, bb, y, yb, n);
      case MUL -> mul(a, ab, b, bb, y, yb, n);
      case DIV -> div(a, ab, b, bb, y, yb, n);
    }
  }

  /** a - b is a + (-b), to the bit. */
  private static void oneRight(
      KernelCall.BinaryKind kind,
      MemorySegment a,
      long ab,
      float b,
      MemorySegment y,
      long yb,
      int n) {
    switch (kind) {
      case ADD -> addOne(a, ab, b, y, yb, n);
      case SUB -> addOne(a, ab, -b, y, yb, n);
      case MUL -> mulOne(a, ab, b, y, yb, n);
      case DIV -> divOne(a, ab, b, y, yb, n);
    }
  }

  private static void oneLeft(
      KernelCall.BinaryKind kind,
      float a,
      MemorySegment b,
      long bb,
      MemorySegment y,
      long yb,
      int n) {
    switch (kind) {
      case ADD -> addOne(b, bb, a, y, yb, n);
      case SUB -> oneSub(a, b, bb, y, yb, n);
      case MUL -> mulOne(b, bb, a, y, yb, n);
      case DIV -> oneDiv(a, b, bb, y, yb, n);
    }
  }

  static void add(
      MemorySegment a, long ab, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .add(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  static void sub(
      MemorySegment a, long ab, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .sub(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  static void mul(
      MemorySegment a, long ab, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .mul(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  static void div(
      MemorySegment a, long ab, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .div(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void addOne(MemorySegment a, long ab, float b, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector one = FloatVector.broadcast(Species.F32, b);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .add(one)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void mulOne(MemorySegment a, long ab, float b, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector one = FloatVector.broadcast(Species.F32, b);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .mul(one)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void divOne(MemorySegment a, long ab, float b, MemorySegment y, long yb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector one = FloatVector.broadcast(Species.F32, b);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
          .div(one)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void oneSub(float a, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector one = FloatVector.broadcast(Species.F32, a);
    for (int i = 0; i < n; i += Species.LENGTH) {
      one.sub(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }

  private static void oneDiv(float a, MemorySegment b, long bb, MemorySegment y, long yb, int n) {
    MemorySegment bs = Species.floats(b, bb, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector one = FloatVector.broadcast(Species.F32, a);
    for (int i = 0; i < n; i += Species.LENGTH) {
      one.div(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER))
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
  }
}
