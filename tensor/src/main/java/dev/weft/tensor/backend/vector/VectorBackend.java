package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Backend;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarBackend;
import dev.weft.tensor.kernel.ScalarCopy;
import dev.weft.tensor.kernel.ScalarRows;
import dev.weft.tensor.kernel.ScalarTopK;

/**
 * Runs the vector bodies of the kernels, and the scalar one where a vector body would not differ
 * (copies, gather, top-k), and where rows are too short for a vector: a loop that thousands of such
 * rows give nothing to do is compiled for that, for good; see {@link Species}.
 */
public final class VectorBackend implements Backend {
  /** Elements that every loop over a row has a vector for, at any width. */
  private static final int BLOCK = Lanes.COUNT;

  private final Backend narrow = new ScalarBackend();

  @Override
  public String name() {
    return "vector, " + Species.F32.vectorBitSize() + " bits";
  }

  @Override
  public void run(KernelCall call) {
    if (isNarrow(call)) {
      narrow.run(call);
      return;
    }
    switch (call) {
      case KernelCall.Fill c -> ScalarCopy.run(c);
      case KernelCall.Copy c -> VectorCast.run(c);
      case KernelCall.Accumulate c -> VectorBinary.run(c);
      case KernelCall.Unary c -> VectorUnary.run(c);
      case KernelCall.UnaryGrad c -> VectorUnaryGrad.run(c);
      case KernelCall.Binary c -> VectorBinary.run(c);
      case KernelCall.Affine c -> VectorBinary.run(c);
      case KernelCall.Reduce c -> VectorReduce.run(c);
      case KernelCall.Softmax c -> VectorSoftmax.run(c);
      case KernelCall.SoftmaxGrad c -> VectorSoftmax.run(c);
      case KernelCall.CrossEntropy c -> VectorSoftmax.run(c);
      case KernelCall.CrossEntropyGrad c -> VectorSoftmax.run(c);
      case KernelCall.LayerNorm c -> VectorNorms.run(c);
      case KernelCall.LayerNormGrad c -> VectorNormGrads.run(c);
      case KernelCall.RmsNorm c -> VectorNorms.run(c);
      case KernelCall.RmsNormGrad c -> VectorNormGrads.run(c);
      case KernelCall.Gather c -> ScalarRows.run(c);
      case KernelCall.ScatterAdd c -> VectorRows.run(c);
      case KernelCall.Gemm c -> VectorGemm.run(c);
      case KernelCall.Attention c -> VectorAttention.run(c);
      case KernelCall.AttentionGrad c -> VectorAttention.runGrad(c);
      case KernelCall.Rope c -> VectorRope.run(c);
      case KernelCall.Dropout c -> VectorDropout.run(c);
      case KernelCall.TopK c -> ScalarTopK.run(c);
      case KernelCall.AdamW c -> VectorAdamW.run(c);
    }
  }

  private static boolean isNarrow(KernelCall call) {
    return switch (call) {
      case KernelCall.Reduce c -> (c.inner() == 1 ? c.n() : c.inner()) < BLOCK;
      case KernelCall.Softmax c -> c.cols() < 2 * BLOCK;
      case KernelCall.SoftmaxGrad c -> c.cols() < BLOCK;
      case KernelCall.CrossEntropy c -> c.cols() < 2 * BLOCK;
      case KernelCall.CrossEntropyGrad c -> c.cols() < BLOCK;
      case KernelCall.LayerNorm c -> c.cols() < BLOCK;
      case KernelCall.LayerNormGrad c -> c.cols() < BLOCK;
      case KernelCall.RmsNorm c -> c.cols() < BLOCK;
      case KernelCall.RmsNormGrad c -> c.cols() < BLOCK;
      case KernelCall.ScatterAdd c -> c.cols() < BLOCK;
      case KernelCall.Rope c -> c.dim() < 2 * BLOCK;
      case KernelCall.Dropout c -> c.cols() < 2 * BLOCK;
      default -> false; // no rows, or loops that are called only where they have a vector
    };
  }
}
