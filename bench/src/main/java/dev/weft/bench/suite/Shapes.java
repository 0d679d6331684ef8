package dev.weft.bench.suite;

import dev.weft.models.bert.BertConfig;

/** Sizes of published models, for models of that shape with random weights. */
final class Shapes {
  private Shapes() {}

  /** bert-base-uncased, with another probability of dropout. */
  static BertConfig bertBase(double dropout) {
    return new BertConfig(30522, 768, 12, 12, 3072, "gelu", dropout, dropout, 512, 2, 0.02, 1e-12);
  }
}
