package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Backend;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarCopy;
import dev.weft.tensor.kernel.ScalarRows;
import dev.weft.tensor.kernel.ScalarTopK;

/**
 * Runs the vector bodies of the kernels, and the scalar one where a vector body would not differ
 * (copies, gather, top-k).
 */
public final class VectorBackend implements Backend {
  @Override
  public String name() {
    return "vector, " + Species.F32.vectorBitSize() + " bits";
  }

  @Override
  public void run(KernelCall call) {
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
      case KernelCall.LayerNormGrad c -> VectorNorms.run(c);
      case KernelCall.RmsNorm c -> VectorNorms.run(c);
      case KernelCall.RmsNormGrad c -> VectorNorms.run(c);
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
}
