/** Tensors, autograd, kernels and safetensors. */
module dev.weft.tensor {
  requires jdk.incubator.vector;
  requires tools.jackson.core;
  requires static org.jspecify;

  exports dev.weft.tensor;
  exports dev.weft.tensor.autograd;
  exports dev.weft.tensor.io;
  exports dev.weft.tensor.kernel;
}
