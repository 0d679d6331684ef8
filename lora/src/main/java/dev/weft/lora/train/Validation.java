package dev.weft.lora.train;

/** Measures the model as it is during training, outside any Run. */
@FunctionalInterface
public interface Validation {
  /** The score; higher is better. */
  double score();
}
