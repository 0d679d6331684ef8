package dev.weft.models;

import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;

/** {@code classifier(dropout(pooled(h)))}, [tokens, H] to [sequences, labels]. */
public final class PooledClassificationHead implements Head.Layers {
  private final Encoder stack;
  private final Dropout dropout;
  private final Linear classifier;

  /** The layers {@code dropout} and {@code classifier} below the root of a stack with a pooler. */
  public PooledClassificationHead(Encoder stack, HeadConfig config, Params root) {
    this.stack = stack;
    dropout = new Dropout(config.classifierDropout(), root.at("dropout"));
    classifier = new Linear(stack.hiddenSize(), config.labels(), root.at("classifier"));
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    Tensor pooled =
        stack
            .pooled(hidden, batch)
            .orElseThrow(() -> new IllegalStateException(stack.describe() + " has no pooler"));
    return classifier.forward(dropout.forwardPooled(pooled, batch));
  }
}
