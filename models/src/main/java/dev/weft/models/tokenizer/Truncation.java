package dev.weft.models.tokenizer;

/**
 * The {@code truncation} of a tokenizer.json.
 *
 * @param maxLength tokens kept, special tokens included
 * @param stride overlap of the overflowing parts, which are not offered here: kept to be shown
 */
public record Truncation(Direction direction, int maxLength, Strategy strategy, int stride) {
  /** Which end is cut off. */
  public enum Direction {
    LEFT,
    RIGHT
  }

  /** Which text of a pair is cut; for one text LONGEST_FIRST and ONLY_FIRST say the same. */
  public enum Strategy {
    LONGEST_FIRST,
    ONLY_FIRST,
    ONLY_SECOND
  }

  /** Refuses negative numbers. */
  public Truncation {
    if (maxLength < 0 || stride < 0) {
      throw new IllegalArgumentException(
          "truncation: max_length "
              + maxLength
              + " and stride "
              + stride
              + " must not be negative");
    }
  }
}
