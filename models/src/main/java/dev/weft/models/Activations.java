package dev.weft.models;

import dev.weft.tensor.kernel.KernelCall.Activation;

/** The activations of Hugging Face's {@code ACT2FN} that Weft computes, by their names there. */
public final class Activations {
  private Activations() {}

  /**
   * The activation called {@code name}.
   *
   * @throws IllegalArgumentException quoting {@code key} for a name that is not supported
   */
  public static Activation named(String key, String name) {
    return switch (name) {
      case "gelu", "gelu_python" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate", "gelu_python_tanh" ->
          Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      case "silu", "swish" -> Activation.SILU;
      case "tanh" -> Activation.TANH;
      default ->
          throw new IllegalArgumentException(
              key
                  + " "
                  + name
                  + " is not supported, only gelu, gelu_python, gelu_new, gelu_fast, gelu_accurate,"
                  + " gelu_pytorch_tanh, gelu_python_tanh, relu, silu, swish, tanh");
    };
  }
}
