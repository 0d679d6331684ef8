package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;

/**
 * AdamW in the order of torch.optim.AdamW's single-tensor form: decay, m.lerp, v, the denominator,
 * the step; no fma. Scalar factors are computed in double from the decimal each float was written
 * as (0.9, not 0.89999998), then rounded to float, as PyTorch rounds Python's numbers.
 */
public final class ScalarAdamW {
  /** The factors of a step. */
  public record Factors(
      float gradScale,
      float decay,
      float lerp,
      float beta2,
      float rest2,
      float rootCorrection2,
      float eps,
      float step) {
    /** Those of {@code call}. */
    public static Factors of(KernelCall.AdamW call) {
      if (call.step() < 1) {
        throw new IllegalArgumentException(
            "adamw: expected a step of at least 1, got " + call.step());
      }
      double lr = decimal(call.lr());
      double beta1 = decimal(call.beta1());
      double beta2 = decimal(call.beta2());
      double correction1 = 1 - StrictMath.pow(beta1, (double) call.step());
      double correction2 = 1 - StrictMath.pow(beta2, (double) call.step());
      return new Factors(
          call.gradScale(),
          (float) (1 - lr * decimal(call.weightDecay())),
          (float) (1 - beta1),
          (float) beta2,
          (float) (1 - beta2),
          (float) Math.sqrt(correction2),
          call.eps(),
          (float) -(lr / correction1));
    }

    private static double decimal(float value) {
      return Double.parseDouble(Float.toString(value));
    }
  }

  private ScalarAdamW() {}

  /** {@link KernelCall.AdamW}. */
  public static void run(KernelCall.AdamW call) {
    Factors factors = Factors.of(call);
    check(call);
    Tasks.elements(call.parameter().length(), (from, to) -> part(call, factors, from, to));
  }

  /** Refuses operands shorter than the parameter. */
  public static void check(KernelCall.AdamW call) {
    Elements.need("adamw: gradient", call.gradient(), call.parameter().length());
    Elements.need("adamw: m", call.m(), call.parameter().length());
    Elements.need("adamw: v", call.v(), call.parameter().length());
  }

  /** Elements {@code from .. to - 1}. */
  public static void part(KernelCall.AdamW call, Factors f, long from, long to) {
    MemorySegment ps = call.parameter().segment();
    MemorySegment ms = call.m().segment();
    MemorySegment vs = call.v().segment();
    for (long i = from; i < to; i++) {
      float g = Elements.get(call.gradient().segment(), call.gradient().offset(), i);
      g *= f.gradScale();
      float p = Elements.get(ps, call.parameter().offset(), i) * f.decay();
      float m = Elements.get(ms, call.m().offset(), i);
      m = f.lerp() < 0.5f ? m + f.lerp() * (g - m) : g - (g - m) * (1f - f.lerp());
      float v = Elements.get(vs, call.v().offset(), i) * f.beta2() + f.rest2() * g * g;
      float denominator = (float) Math.sqrt(v) / f.rootCorrection2() + f.eps();
      Elements.set(ms, call.m().offset(), i, m);
      Elements.set(vs, call.v().offset(), i, v);
      Elements.set(ps, call.parameter().offset(), i, p + f.step() * m / denominator);
    }
  }
}
