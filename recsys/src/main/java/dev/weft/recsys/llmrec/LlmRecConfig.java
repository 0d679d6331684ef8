package dev.weft.recsys.llmrec;

import dev.weft.models.Pooling;

/**
 * How LLM-Rec reads items and histories and what it is trained against; the defaults are the
 * paper's (Tang et al., arXiv 2310.14304) for a BERT tower.
 *
 * @param readOut how the tower's hidden states become one vector: {@code CLS} in the paper, {@code
 *     MEAN} for a sentence encoder
 * @param similarity how a user's vector scores an item's: {@code DOT} in the paper, {@code COSINE}
 *     for a sentence encoder that is published with a normalisation
 * @param history how many of the last items are read
 * @param itemTokens an item's text is cut to so many tokens
 * @param tokens a history is cut to so many tokens, the first one included
 * @param negatives items drawn for each target, uniformly without replacement from its domain
 * @param sharing which of a batch's items a user is trained against
 * @param temperature what scores are divided by in the loss; 1 in the paper, 0.05 is usual for
 *     cosines. The dot products of a sentence encoder's vectors before normalisation are large, so
 *     that its first scores are far too sure of themselves
 */
public record LlmRecConfig(
    Pooling readOut,
    Similarity similarity,
    int history,
    int itemTokens,
    int tokens,
    int negatives,
    Sharing sharing,
    double temperature) {
  /** How two vectors are compared. */
  public enum Similarity {
    /** By their dot product. */
    DOT,
    /** By the cosine of the angle between them. */
    COSINE
  }

  /** Which of a batch's items a user is trained against. */
  public enum Sharing {
    /** His target and his own negatives: the paper. */
    OWN,
    /**
     * All items of the target's domain that the micro-batch encodes for anyone. Other users'
     * targets are among them, popular items more often, so that the model unlearns popularity: good
     * for rare items, bad on average.
     */
    BATCH,
    /**
     * The same with scores lowered by the logarithm of how often an item is a candidate, which
     * takes that back (Yi et al., Sampling-bias-corrected neural modeling for large corpus item
     * recommendations, RecSys 2019).
     */
    CORRECTED
  }

  /** The paper's settings, reading out at [CLS]. */
  public static final LlmRecConfig PAPER =
      new LlmRecConfig(Pooling.CLS, Similarity.DOT, 10, 40, 401, 10, Sharing.OWN, 1);

  /** Refuses what cannot be read or trained. */
  public LlmRecConfig {
    positive("history", history);
    positive("itemTokens", itemTokens);
    positive("negatives", negatives);
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException("temperature " + temperature + ": expected above 0");
    }
    if (tokens < 2) {
      throw new IllegalArgumentException("tokens " + tokens + ": expected at least 2");
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + ": expected at least 1");
    }
  }

  /** The same with another read-out. */
  public LlmRecConfig withReadOut(Pooling readOut) {
    return new LlmRecConfig(
        readOut, similarity, history, itemTokens, tokens, negatives, sharing, temperature);
  }

  /** The same with another similarity. */
  public LlmRecConfig withSimilarity(Similarity similarity) {
    return new LlmRecConfig(
        readOut, similarity, history, itemTokens, tokens, negatives, sharing, temperature);
  }

  /** The same reading so many items of a history. */
  public LlmRecConfig withHistory(int history) {
    return new LlmRecConfig(
        readOut, similarity, history, itemTokens, tokens, negatives, sharing, temperature);
  }

  /** The same with other negatives. */
  public LlmRecConfig withNegatives(int negatives, Sharing sharing) {
    return new LlmRecConfig(
        readOut, similarity, history, itemTokens, tokens, negatives, sharing, temperature);
  }

  /** The same with another temperature. */
  public LlmRecConfig withTemperature(double temperature) {
    return new LlmRecConfig(
        readOut, similarity, history, itemTokens, tokens, negatives, sharing, temperature);
  }

  /** The same where a history is cut to at most so many tokens. */
  LlmRecConfig atMostTokens(int most) {
    return new LlmRecConfig(
        readOut,
        similarity,
        history,
        itemTokens,
        Math.min(tokens, most),
        negatives,
        sharing,
        temperature);
  }
}
