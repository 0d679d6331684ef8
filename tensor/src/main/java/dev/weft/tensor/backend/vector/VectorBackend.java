package dev.weft.tensor.backend.vector;

import dev.weft.tensor.backend.Backend;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarAdamW;
import dev.weft.tensor.kernel.ScalarCopy;
import dev.weft.tensor.kernel.ScalarCrossEntropy;
import dev.weft.tensor.kernel.ScalarDropout;
import dev.weft.tensor.kernel.ScalarElementwise;
import dev.weft.tensor.kernel.ScalarNorms;
import dev.weft.tensor.kernel.ScalarReduce;
import dev.weft.tensor.kernel.ScalarRope;
import dev.weft.tensor.kernel.ScalarRows;
import dev.weft.tensor.kernel.ScalarSoftmax;
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
      case KernelCall.Copy c -> ScalarCopy.run(c);
      case KernelCall.Accumulate c -> ScalarElementwise.run(c);
      case KernelCall.Unary c -> ScalarElementwise.run(c);
      case KernelCall.UnaryGrad c -> ScalarElementwise.run(c);
      case KernelCall.Binary c -> ScalarElementwise.run(c);
      case KernelCall.Affine c -> ScalarElementwise.run(c);
      case KernelCall.Reduce c -> ScalarReduce.run(c);
      case KernelCall.Softmax c -> ScalarSoftmax.run(c);
      case KernelCall.SoftmaxGrad c -> ScalarSoftmax.run(c);
      case KernelCall.CrossEntropy c -> ScalarCrossEntropy.run(c);
      case KernelCall.CrossEntropyGrad c -> ScalarCrossEntropy.run(c);
      case KernelCall.LayerNorm c -> ScalarNorms.run(c);
      case KernelCall.LayerNormGrad c -> ScalarNorms.run(c);
      case KernelCall.RmsNorm c -> ScalarNorms.run(c);
      case KernelCall.RmsNormGrad c -> ScalarNorms.run(c);
      case KernelCall.Gather c -> ScalarRows.run(c);
      case KernelCall.ScatterAdd c -> ScalarRows.run(c);
      case KernelCall.Gemm c -> throw new UnsupportedOperationException("no vector body for " + c);
      case KernelCall.Attention c ->
          throw new UnsupportedOperationException("no vector body for " + c);
      case KernelCall.AttentionGrad c ->
          throw new UnsupportedOperationException("no vector body for " + c);
      case KernelCall.Rope c -> ScalarRope.run(c);
      case KernelCall.Dropout c -> ScalarDropout.run(c);
      case KernelCall.TopK c -> ScalarTopK.run(c);
      case KernelCall.AdamW c -> ScalarAdamW.run(c);
    }
  }
}
