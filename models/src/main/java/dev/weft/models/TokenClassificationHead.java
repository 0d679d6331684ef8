package dev.weft.models;

import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;

/** {@code classifier(dropout(h))}, [tokens, H] to [tokens, labels]. */
public final class TokenClassificationHead implements Head.Layers {
  private final Dropout dropout;
  private final Linear classifier;

  /** The layers {@code dropout} and {@code classifier} below the root. */
  public TokenClassificationHead(int hidden, HeadConfig config, Params root) {
    dropout = new Dropout(config.classifierDropout(), root.at("dropout"));
    classifier = new Linear(hidden, config.labels(), root.at("classifier"));
  }

  @Override
  public Tensor logits(Tensor hidden, Packed batch) {
    return classifier.forward(dropout.forward(hidden, batch));
  }
}
