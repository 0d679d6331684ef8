package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Tasks;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarAdamW;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@link ScalarAdamW} on vectors; with beta1 of 0.5 or less, where lerp turns round, on scalars.
 */
final class VectorAdamW {
  private VectorAdamW() {}

  /** {@link KernelCall.AdamW}. */
  static void run(KernelCall.AdamW call) {
    ScalarAdamW.Factors factors = ScalarAdamW.Factors.of(call);
    ScalarAdamW.check(call);
    Tasks.elements(
        call.parameter().length(),
        (from, to) -> {
          int n = (int) (to - from);
          int bound = factors.lerp() < 0.5f ? n & -Species.LENGTH : 0;
          if (bound > 0) {
            vectors(call, factors, 4 * from, bound);
          }
          ScalarAdamW.part(call, factors, from + bound, to);
        });
  }

  private static void vectors(KernelCall.AdamW call, ScalarAdamW.Factors f, long at, int bound) {
    MemorySegment ps = floats(call.parameter(), at, bound);
    MemorySegment gs = floats(call.gradient(), at, bound);
    MemorySegment ms = floats(call.m(), at, bound);
    MemorySegment vs = floats(call.v(), at, bound);
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector g =
          FloatVector.fromMemorySegment(Species.F32, gs, 4L * i, Species.ORDER).mul(f.gradScale());
      FloatVector m = FloatVector.fromMemorySegment(Species.F32, ms, 4L * i, Species.ORDER);
      m = m.add(g.sub(m).mul(f.lerp()));
      FloatVector v =
          FloatVector.fromMemorySegment(Species.F32, vs, 4L * i, Species.ORDER)
              .mul(f.beta2())
              .add(g.mul(f.rest2()).mul(g));
      FloatVector denominator = v.sqrt().div(f.rootCorrection2()).add(f.eps());
      FloatVector p =
          FloatVector.fromMemorySegment(Species.F32, ps, 4L * i, Species.ORDER).mul(f.decay());
      m.intoMemorySegment(ms, 4L * i, Species.ORDER);
      v.intoMemorySegment(vs, 4L * i, Species.ORDER);
      p.add(m.mul(f.step()).div(denominator)).intoMemorySegment(ps, 4L * i, Species.ORDER);
    }
  }

  private static MemorySegment floats(Buf buf, long at, int n) {
    return Species.floats(buf.segment(), buf.offset() + at, n);
  }
}
