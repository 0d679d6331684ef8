package dev.weft.tensor.backend;

import dev.weft.tensor.backend.vector.VectorBackend;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarBackend;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.KernelUnderTest;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Trait;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A kernel of Weft under the laws: the backend that the tests ask for against the scalar bodies.
 *
 * @param drawing makes a call from a case and its operands
 */
record CallKernel(
    String name,
    List<Axis> axes,
    BiFunction<LawCase, Operands, KernelCall> drawing,
    List<Trait<KernelCall>> traits)
    implements KernelUnderTest<KernelCall> {
  private static final Backend SCALAR = new ScalarBackend();
  private static final Backend TRIED =
      System.getProperty("weft.backend", "").equals("scalar") ? SCALAR : new VectorBackend();

  /** The backend that is tried. */
  static Backend tried() {
    return TRIED;
  }

  @Override
  public KernelCall draw(LawCase at, Operands operands) {
    return drawing.apply(at, operands);
  }

  @Override
  public void run(KernelCall call) {
    run(TRIED, call);
  }

  @Override
  public void reference(KernelCall call) {
    run(SCALAR, call);
  }

  /** The gradient of attention is that of its forward, whose outputs it reads. */
  private static void run(Backend backend, KernelCall call) {
    if (call instanceof KernelCall.AttentionGrad g) {
      backend.run(
          new KernelCall.Attention(
              g.q(), g.k(), g.v(), g.out(), g.logSumExp(), g.segments(), g.spec()));
    }
    if (call instanceof KernelCall.Gemm g && g.b().buf().kept() != null) {
      GemmKernels.runKept(backend, g);
    } else {
      backend.run(call);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
