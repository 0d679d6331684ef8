package dev.weft.tensor.backend;

import dev.weft.tensor.laws.KernelSuite;
import dev.weft.tensor.laws.KernelUnderTest;
import java.util.ArrayList;
import java.util.List;

/** Every kernel of Weft, as the laws try them. */
final class WeftKernels implements KernelSuite {
  @Override
  public List<KernelUnderTest<?>> kernels() {
    return List.copyOf(calls());
  }

  static List<CallKernel> calls() {
    List<CallKernel> all = new ArrayList<>();
    all.addAll(GemmKernels.all());
    all.addAll(AttentionKernels.all());
    all.addAll(RowKernels.all());
    all.addAll(NormKernels.all());
    all.addAll(ElementKernels.all());
    return all;
  }
}
