package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/** Element-wise kernels. Every element is computed alone, so no order is to be defined. */
public final class ScalarElementwise {
  private ScalarElementwise() {}

  /** The function of {@link KernelCall.Unary}. */
  public static float apply(KernelCall.UnaryKind kind, float x) {
    return switch (kind) {
      case NEG -> -x;
      case EXP -> FloatMath.exp(x);
      case LOG -> FloatMath.log(x);
      case SQRT -> (float) Math.sqrt(x);
      case TANH -> FloatMath.tanh(x);
      case ERF -> FloatMath.erf(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case RELU -> FloatMath.relu(x);
      case GELU -> FloatMath.gelu(x);
      case GELU_TANH -> FloatMath.geluTanh(x);
      case SILU -> FloatMath.silu(x);
    };
  }

  /** The function of {@link KernelCall.UnaryGrad}; {@code saved} as said there. */
  public static float applyGrad(KernelCall.UnaryKind kind, float saved, float dy) {
    return switch (kind) {
      case NEG -> -dy;
      case EXP -> dy * saved;
      case LOG -> dy / saved;
      case SQRT -> dy / (saved + saved);
      case TANH -> dy * Math.fma(-saved, saved, 1f);
      case ERF -> dy * FloatMath.erfGrad(saved);
      case SIGMOID -> dy * (saved * (1f - saved));
      case RELU -> saved <= 0f ? 0f : dy;
      case GELU -> dy * FloatMath.geluGrad(saved);
      case GELU_TANH -> dy * FloatMath.geluTanhGrad(saved);
      case SILU -> dy * FloatMath.siluGrad(saved);
    };
  }

  /** The function of {@link KernelCall.Binary}. */
  public static float apply(KernelCall.BinaryKind kind, float a, float b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }

  /** {@link KernelCall.Unary}. */
  public static void run(KernelCall.Unary call) {
    Elements.need("unary: x", call.x(), call.y().length());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.elements(
        call.y().length(),
        (from, to) -> {
          for (long i = from; i < to; i++) {
            float value = Elements.get(x, call.x().offset(), i);
            Elements.set(y, call.y().offset(), i, apply(call.kind(), value));
          }
        });
  }

  /** {@link KernelCall.UnaryGrad}. */
  public static void run(KernelCall.UnaryGrad call) {
    boolean reads = call.kind() != KernelCall.UnaryKind.NEG;
    Elements.need("unary gradient: dy", call.dy(), call.dx().length());
    Elements.need("unary gradient: saved", call.saved(), reads ? call.dx().length() : 0);
    MemorySegment saved = call.saved().segment();
    MemorySegment dy = call.dy().segment();
    MemorySegment dx = call.dx().segment();
    Tasks.elements(
        call.dx().length(),
        (from, to) -> {
          for (long i = from; i < to; i++) {
            float s = reads ? Elements.get(saved, call.saved().offset(), i) : 0f;
            float d = Elements.get(dy, call.dy().offset(), i);
            Elements.set(dx, call.dx().offset(), i, applyGrad(call.kind(), s, d));
          }
        });
  }

  /** {@link KernelCall.Affine}. */
  public static void run(KernelCall.Affine call) {
    Elements.need("affine: x", call.x(), call.y().length());
    MemorySegment x = call.x().segment();
    MemorySegment y = call.y().segment();
    Tasks.elements(
        call.y().length(),
        (from, to) -> {
          for (long i = from; i < to; i++) {
            float value = Elements.get(x, call.x().offset(), i);
            Elements.set(y, call.y().offset(), i, Math.fma(value, call.scale(), call.shift()));
          }
        });
  }

  /** {@link KernelCall.Binary}. */
  public static void run(KernelCall.Binary call) {
    Nest nest = Nest.of(call.dims(), call.aStrides(), call.bStrides(), Nest.dense(call.dims()));
    long as = nest.innerStride(0);
    long bs = nest.innerStride(1);
    nest.pieces((at, n) -> {
      for (int i = 0; i < n; i++) {
        float a = Elements.get(call.a().segment(), call.a().offset(), at[0] + as * i);
        float b = Elements.get(call.b().segment(), call.b().offset(), at[1] + bs * i);
        Elements.set(call.y().segment(), call.y().offset(), at[2] + i, apply(call.kind(), a, b));
      }
    });
  }

  /** {@link KernelCall.Accumulate}. */
  public static void run(KernelCall.Accumulate call) {
    Nest nest = Nest.of(call.dims(), call.inStrides(), call.outStrides());
    nest.pieces(
        (at, n) -> accumulate(call, at[0], nest.innerStride(0), at[1], nest.innerStride(1), n));
  }

  /** One row of {@link KernelCall.Accumulate}, from element offsets and strides. */
  public static void accumulate(
      KernelCall.Accumulate call, long in, long inStride, long out, long outStride, int n) {
    MemorySegment to = call.out().segment();
    for (int i = 0; i < n; i++) {
      float value = Elements.get(call.in().segment(), call.in().offset(), in + inStride * i);
      long o = out + outStride * i;
      Elements.set(to, call.out().offset(), o, Elements.get(to, call.out().offset(), o) + value);
    }
  }
}
