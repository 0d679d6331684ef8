package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarElementwise;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Derivatives of the element-wise functions, a loop a kind as in {@link VectorUnary}. */
final class VectorUnaryGrad {
  private VectorUnaryGrad() {}

  /** {@link KernelCall.UnaryGrad}. */
  static void run(KernelCall.UnaryGrad call) {
    boolean reads = call.kind() != KernelCall.UnaryKind.NEG;
    Elements.need("unary gradient: dy", call.dy(), call.dx().length());
    Elements.need("unary gradient: saved", call.saved(), reads ? call.dx().length() : 0);
    MemorySegment s = call.saved().segment();
    MemorySegment d = call.dy().segment();
    MemorySegment o = call.dx().segment();
    Tasks.elements(
        call.dx().length(),
        (from, to) -> {
          long sb = call.saved().offset() + 4 * from;
          long db = call.dy().offset() + 4 * from;
          long ob = call.dx().offset() + 4 * from;
          int n = (int) (to - from);
          int bound = n & -Species.LENGTH;
          switch (call.kind()) {
            case NEG -> neg(d, db, o, ob, bound);
            case EXP -> exp(s, sb, d, db, o, ob, bound);
            case LOG -> log(s, sb, d, db, o, ob, bound);
            case SQRT -> sqrt(s, sb, d, db, o, ob, bound);
            case TANH -> tanh(s, sb, d, db, o, ob, bound);
            case SIGMOID -> sigmoid(s, sb, d, db, o, ob, bound);
            case RELU -> relu(s, sb, d, db, o, ob, bound);
            case GELU -> gelu(s, sb, d, db, o, ob, bound);
            case GELU_TANH -> geluTanh(s, sb, d, db, o, ob, bound);
            case SILU -> silu(s, sb, d, db, o, ob, bound);
          }
          for (int i = bound; i < n; i++) {
            float saved = reads ? Elements.get(s, sb, i) : 0f;
            float dy = Elements.get(d, db, i);
            Elements.set(o, ob, i, ScalarElementwise.applyGrad(call.kind(), saved, dy));
          }
        });
  }

  private static void neg(MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      Species.store(Species.load(dy, db, i).neg(), o, ob, i);
    }
  }

  private static void exp(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.mul(s), o, ob, i);
    }
  }

  private static void log(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.div(s), o, ob, i);
    }
  }

  private static void sqrt(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.div(s.add(s)), o, ob, i);
    }
  }

  private static void tanh(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.mul(s.neg().fma(s, Species.broadcast(1f))), o, ob, i);
    }
  }

  private static void sigmoid(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.mul(s.mul(Species.broadcast(1f).sub(s))), o, ob, i);
    }
  }

  private static void relu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.blend(0f, s.compare(VectorOperators.LE, 0f)), o, ob, i);
    }
  }

  /** In two loops, with cdf passed through the output: in one, C2 stops inlining. */
  private static void gelu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    geluCdf(saved, sb, o, ob, n);
    geluSlope(saved, sb, dy, db, o, ob, n);
  }

  private static void geluCdf(MemorySegment saved, long sb, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      Species.store(VectorMath.geluCdf(Species.load(saved, sb, i)), o, ob, i);
    }
  }

  private static void geluSlope(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector slope = s.fma(VectorMath.geluPdf(s), Species.load(o, ob, i));
      Species.store(Species.load(dy, db, i).mul(slope), o, ob, i);
    }
  }

  private static void geluTanh(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.mul(VectorMath.geluTanhGrad(s)), o, ob, i);
    }
  }

  private static void silu(
      MemorySegment saved, long sb, MemorySegment dy, long db, MemorySegment o, long ob, int n) {
    for (int i = 0; i < n; i += Species.LENGTH) {
      FloatVector s = Species.load(saved, sb, i);
      FloatVector d = Species.load(dy, db, i);
      Species.store(d.mul(VectorMath.siluGrad(s)), o, ob, i);
    }
  }
}
