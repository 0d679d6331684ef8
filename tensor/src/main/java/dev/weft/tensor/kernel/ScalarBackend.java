package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Backend;

/**
 * Runs the scalar bodies of the kernels: the definition of each to the bit, and the fallback where
 * the Vector API is not resolved.
 */
public final class ScalarBackend implements Backend {
  @Override
  public String name() {
    return "scalar";
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
      case KernelCall.Gemm c -> ScalarGemm.run(c);
      case KernelCall.Attention c -> ScalarAttention.run(c);
      case KernelCall.AttentionGrad c -> ScalarAttention.runGrad(c);
      case KernelCall.Rope c -> ScalarRope.run(c);
      case KernelCall.Dropout c -> ScalarDropout.run(c);
      case KernelCall.TopK c -> ScalarTopK.run(c);
      case KernelCall.AdamW c -> ScalarAdamW.run(c);
    }
  }
}
