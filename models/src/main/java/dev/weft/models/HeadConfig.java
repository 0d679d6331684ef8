package dev.weft.models;

import java.io.IOException;
import java.util.OptionalInt;

/**
 * What a config says of heads.
 *
 * @param tieWordEmbeddings whether logits are products with the word embeddings
 * @param labels number of classes of a classifier
 * @param classifierDropout probability of dropping what the classifier reads
 */
public record HeadConfig(boolean tieWordEmbeddings, int labels, double classifierDropout) {
  /** Refuses what cannot be a head. */
  public HeadConfig {
    ConfigValues.positive("num_labels", labels);
    if (!(classifierDropout >= 0 && classifierDropout < 1)) {
      throw new IllegalArgumentException(
          "dropout of the classifier " + classifierDropout + " is not in [0, 1)");
    }
  }

  /**
   * Reads {@code tie_word_embeddings}; {@code id2label}, else {@code num_labels}, else two classes,
   * as transformers does; and the dropout under {@code dropoutKey}.
   *
   * @param dropout where that key is absent
   */
  public static HeadConfig read(ConfigJson json, String dropoutKey, double dropout)
      throws IOException {
    return read(json, true, dropoutKey, dropout);
  }

  /** The same; {@code tied} is what an absent {@code tie_word_embeddings} stands for. */
  static HeadConfig read(ConfigJson json, boolean tied, String dropoutKey, double dropout)
      throws IOException {
    OptionalInt named = json.size("id2label");
    int counted = json.integer("num_labels", json.integer("_num_labels", 2));
    try {
      return new HeadConfig(
          json.flag("tie_word_embeddings", tied),
          named.orElse(counted),
          json.number(dropoutKey, dropout));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
