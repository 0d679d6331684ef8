package dev.weft.lora.train;

import dev.weft.tensor.Tensor;

/** Examples whose gradient is computed at once. */
public interface MicroBatch {
  /** The mean loss of the examples, one value; called once, in a training Run that records. */
  Tensor loss();

  /** Number of examples: the weight of this micro-batch in its step. */
  int examples();

  /** Number of tokens read, for the progress. */
  long tokens();
}
