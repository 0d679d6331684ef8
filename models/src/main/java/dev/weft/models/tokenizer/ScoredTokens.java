package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tokens of a unigram model as they are read: each has the next id, and a score. */
final class ScoredTokens {
  private final Vocabulary vocabulary;
  private double[] scores;
  private int size;

  ScoredTokens(int expected) {
    vocabulary = new Vocabulary(expected);
    scores = new double[Math.max(16, expected)];
  }

  /** Adds a token, or says in one line why it cannot be. */
  @Nullable String add(String token, double score) {
    if (Double.isNaN(score)) {
      return "the score of token \"" + OneLine.of(token) + "\" is no number";
    }
    String problem = vocabulary.add(token, size);
    if (problem == null) {
      if (size == scores.length) {
        scores = Arrays.copyOf(scores, 2 * size);
      }
      scores[size++] = score;
    }
    return problem;
  }

  /**
   * The model of all tokens.
   *
   * @param unknown the id of the unknown token, or {@link Trie#NO_ID}
   * @throws IllegalArgumentException if no token has that id
   */
  Unigram unigram(int unknown, boolean byteFallback) {
    if (unknown != Trie.NO_ID && unknown >= size) {
      throw new IllegalArgumentException(
          "unk_id " + unknown + " is no token's: the vocabulary has " + size);
    }
    return new Unigram(vocabulary, Arrays.copyOf(scores, size), unknown, byteFallback);
  }
}
