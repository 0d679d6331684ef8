package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.ScalarElementwise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Derivatives of the element-wise functions, a loop a kind as in {@link VectorUnary}. */
final class VectorUnaryGrad {
  /** Writes products of dy with the slopes at {@code n} saved elements. */
  private interface Loop {
    void run(
        MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n);
  }

  private VectorUnaryGrad() {}

  /** {@link KernelCall.UnaryGrad}. */
  static void run(KernelCall.UnaryGrad call) {
    boolean reads = call.kind() != UnaryKind.NEG;
    Elements.need("unary gradient: dy", call.dy(), call.dx().length());
    Elements.need("unary gradient: saved", call.saved(), reads ? call.dx().length() : 0);
    MemorySegment s = call.saved().segment();
    MemorySegment d = call.dy().segment();
    MemorySegment o = call.dx().segment();
    Loop loop = loop(call.kind());
    Tasks.elements(
        call.dx().length(),
        (from, to) -> {
          long sb = call.saved().offset() + 4 * from;
          long db = call.dy().offset() + 4 * from;
          long ob = call.dx().offset() + 4 * from;
          int n = (int) (to - from);
          int bound = n & -Species.LENGTH;
          if (bound > 0) {
            loop.run(s, sb, d, db, o, ob, bound);
          }
          for (int i = bound; i < n; i++) {
            float saved = reads ? Elements.get(s, sb, i) : 0f;
            float dy = Elements.get(d, db, i);
            Elements.set(o, ob, i, ScalarElementwise.applyGrad(call.kind(), saved, dy));
          }
        });
  }

  private static Loop loop(UnaryKind kind) {
    return switch (kind) {
      case NEG -> VectorUnaryGrad::neg;
      case EXP -> VectorUnaryGrad::exp;
      case LOG -> VectorUnaryGrad::log;
      case SQRT -> VectorUnaryGrad::sqrt;
      case TANH -> VectorUnaryGrad::tanh;
      case ERF -> VectorUnaryGrad::erf;
      case SIGMOID -> VectorUnaryGrad::sigmoid;
      case RELU -> VectorUnaryGrad::relu;
      case GELU -> VectorUnaryGrad::gelu;
      case GELU_TANH -> VectorUnaryGrad::geluTanh;
      case SILU -> VectorUnaryGrad::silu;
    };
  }

  private static void neg(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER)
          .neg()
          .intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void exp(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(s).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void log(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.div(s).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void sqrt(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.div(s.add(s)).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void tanh(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(s.neg().fma(s, FloatVector.broadcast(Species.F32, 1f)))
          .intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void erf(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(VectorMath.erfGrad(s)).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void sigmoid(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(s.mul(FloatVector.broadcast(Species.F32, 1f).sub(s)))
          .intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void relu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.blend(0f, s.compare(VectorOperators.LE, 0f)).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  /** {@link FloatMath#geluGrad}, without a call of ours: {@link Species} says why. */
  private static void gelu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    FloatVector rounder = FloatVector.broadcast(Species.F32, FloatMath.ROUNDER);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector x = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector a = x.abs();
      FloatVector p =
          FloatVector.broadcast(Species.F32, FloatMath.D7)
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D6))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D5))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D4))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D3))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D2))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D1))
              .fma(a, FloatVector.broadcast(Species.F32, FloatMath.D0))
              .fma(a, FloatVector.broadcast(Species.F32, -1f));
      FloatVector t = p.add(rounder);
      FloatVector r = p.sub(t.sub(rounder));
      FloatVector q =
          FloatVector.broadcast(Species.F32, FloatMath.P5)
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P4))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P3))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P2))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P1))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P0))
              .fma(r, FloatVector.broadcast(Species.F32, 1f));
      FloatVector rest =
          q.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats()
              .blend(0f, a.compare(VectorOperators.GT, FloatMath.CDF_ONE));
      FloatVector above = FloatVector.broadcast(Species.F32, 1f).sub(rest);
      FloatVector cdf = rest.blend(above, x.compare(VectorOperators.GT, 0f));
      p =
          FloatVector.broadcast(Species.F32, FloatMath.MINUS_HALF_LOG2_E)
              .fma(x.mul(x), FloatVector.broadcast(Species.F32, FloatMath.LOG2_DENSITY));
      t = p.add(rounder);
      r = p.sub(t.sub(rounder));
      q =
          FloatVector.broadcast(Species.F32, FloatMath.P5)
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P4))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P3))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P2))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P1))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.P0))
              .fma(r, FloatVector.broadcast(Species.F32, 1f));
      FloatVector density =
          q.reinterpretAsInts()
              .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats()
              .blend(0f, p.compare(VectorOperators.LT, -FloatMath.LAST_POWER));
      FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER)
          .mul(x.fma(density, cdf))
          .intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void geluTanh(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(VectorMath.geluTanhGrad(s)).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }

  private static void silu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    MemorySegment ss = Species.floats(saved, sb, n);
    MemorySegment dys = Species.floats(dy, db, n);
    MemorySegment os = Species.floats(o, ob, n);
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = FloatVector.fromMemorySegment(Species.F32, ss, 4L * i, Species.ORDER);
      FloatVector d = FloatVector.fromMemorySegment(Species.F32, dys, 4L * i, Species.ORDER);
      d.mul(VectorMath.siluGrad(s)).intoMemorySegment(os, 4L * i, Species.ORDER);
    }
  }
}
