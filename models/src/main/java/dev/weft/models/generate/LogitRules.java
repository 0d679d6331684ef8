package dev.weft.models.generate;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a {@code generation_config.json} does to the logits before a token is chosen, as far as
 * chance has no part in it; keys and meaning as in transformers' logits processors.
 *
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already there
 * @param noRepeatNgramSize no sequence of so many tokens comes twice; 0 for any may
 * @param minLength the text does not end before it has so many tokens, the prompt included
 * @param minNewTokens nor before so many after the prompt
 * @param maxLength the most tokens it can come to, the prompt included
 * @param forcedBosTokenId what follows a prompt of one token
 * @param forcedEosTokenId what the token at the maximal length must be, one of them; empty for any
 * @param suppressTokens never chosen
 * @param beginSuppressTokens not chosen first
 * @param eosTokenIds what ends the text
 */
public record LogitRules(
    double repetitionPenalty,
    int noRepeatNgramSize,
    int minLength,
    int minNewTokens,
    int maxLength,
    OptionalInt forcedBosTokenId,
    List<Integer> forcedEosTokenId,
    List<Integer> suppressTokens,
    List<Integer> beginSuppressTokens,
    List<Integer> eosTokenIds) {
  /** Changes nothing. */
  public static final LogitRules NONE =
      new LogitRules(
          1,
          0,
          0,
          0,
          Integer.MAX_VALUE,
          OptionalInt.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  /** Refuses what no rule can be. */
  public LogitRules {
    if (!(repetitionPenalty > 0)) {
      throw new IllegalArgumentException(
          "repetition_penalty " + repetitionPenalty + " is not positive");
    }
    if (noRepeatNgramSize < 0 || minLength < 0 || minNewTokens < 0) {
      throw new IllegalArgumentException(
          "no_repeat_ngram_size %d, min_length %d or min_new_tokens %d is negative"
              .formatted(noRepeatNgramSize, minLength, minNewTokens));
    }
  }

  /** The same for a text of at most so many tokens, the prompt included. */
  public LogitRules withMaxLength(int maxLength) {
    return new LogitRules(
        repetitionPenalty,
        noRepeatNgramSize,
        minLength,
        minNewTokens,
        maxLength,
        forcedBosTokenId,
        forcedEosTokenId,
        suppressTokens,
        beginSuppressTokens,
        eosTokenIds);
  }

  /**
   * Changes the logits of the token after {@code tokens[0 .. length - 1]}, of which the first
   * {@code prompt} are the prompt.
   */
  void apply(float[] logits, int[] tokens, int prompt, int length) {
    penalise(logits, tokens, length);
    banRepeats(logits, tokens, length);
    if (length < minLength || length - prompt < minNewTokens) {
      ban(logits, eosTokenIds);
    }
    if (length == 1 && forcedBosTokenId.isPresent()) {
      force(logits, List.of(forcedBosTokenId.getAsInt()));
    }
    if (length == maxLength - 1 && !forcedEosTokenId.isEmpty()) {
      force(logits, forcedEosTokenId);
    }
    ban(logits, suppressTokens);
    // After a forced first token the second is the first that is chosen.
    int begin = prompt == 1 && forcedBosTokenId.isPresent() ? prompt + 1 : prompt;
    if (length == begin) {
      ban(logits, beginSuppressTokens);
    }
  }

  private void penalise(float[] logits, int[] tokens, int length) {
    if (repetitionPenalty == 1) {
      return;
    }
    float penalty = (float) repetitionPenalty;
    boolean[] seen = new boolean[logits.length];
    for (int i = 0; i < length; i++) {
      int token = tokens[i];
      if (!seen[token]) {
        seen[token] = true;
        logits[token] = logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty;
      }
    }
  }

  private void banRepeats(float[] logits, int[] tokens, int length) {
    int n = noRepeatNgramSize;
    if (n == 0 || length + 1 < n) {
      return;
    }
    int tail = length - (n - 1); // the last n - 1 tokens, which the next would complete
    for (int i = 0; i + n <= length; i++) {
      if (Arrays.equals(tokens, i, i + n - 1, tokens, tail, length)) {
        logits[tokens[i + n - 1]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static void ban(float[] logits, List<Integer> tokens) {
    for (int token : tokens) {
      if (token >= 0 && token < logits.length) {
        logits[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static void force(float[] logits, List<Integer> tokens) {
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int token : tokens) {
      if (token < 0 || token >= logits.length) {
        throw new IllegalArgumentException(
            "forced_bos_token_id or forced_eos_token_id "
                + token
                + " is no token of the model, which has "
                + logits.length);
      }
      logits[token] = 0;
    }
  }
}
