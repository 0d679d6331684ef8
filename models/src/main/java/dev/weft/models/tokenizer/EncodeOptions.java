package dev.weft.models.tokenizer;

/** How a text is encoded; {@link #DEFAULT} adds special tokens, cuts as the file says, pads not. */
public record EncodeOptions(SpecialTokens specialTokens, Limit limit, Pad pad) {
  /** Special tokens, truncation as the file says, no padding. */
  public static final EncodeOptions DEFAULT =
      new EncodeOptions(SpecialTokens.WITH, new Limit.AsFile(), Pad.NONE);

  /** How long an encoding may get. */
  public sealed interface Limit {
    /** As {@link Tokenizer#truncation()} says. */
    record AsFile() implements Limit {}

    /** No limit. */
    record None() implements Limit {}

    /**
     * At most this many tokens, special tokens included; cut at the end the file says, or right.
     */
    record Tokens(int maxLength) implements Limit {
      /** Refuses a negative length. */
      public Tokens {
        if (maxLength < 0) {
          throw new IllegalArgumentException("maxLength " + maxLength + " is negative");
        }
      }
    }
  }

  /** Whether an encoding is filled up. */
  public enum Pad {
    NONE,
    AS_FILE
  }

  /** These options without special tokens. */
  public EncodeOptions withoutSpecialTokens() {
    return new EncodeOptions(SpecialTokens.WITHOUT, limit, pad);
  }

  /** These options without truncation. */
  public EncodeOptions withoutTruncation() {
    return new EncodeOptions(specialTokens, new Limit.None(), pad);
  }

  /** These options with at most this many tokens, special tokens included. */
  public EncodeOptions maxLength(int tokens) {
    return new EncodeOptions(specialTokens, new Limit.Tokens(tokens), pad);
  }

  /** These options with padding as {@link Tokenizer#padding()} says. */
  public EncodeOptions padded() {
    return new EncodeOptions(specialTokens, limit, Pad.AS_FILE);
  }
}
