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

  /** How many tokens of each text stay. */
  record Kept(int first, int second) {}

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

  /**
   * How one or two texts of so many tokens are cut to {@code room} tokens in all.
   *
   * @throws IllegalArgumentException if the text that is to be cut has too few tokens, or is the
   *     second of one
   */
  Kept kept(int room, int first, int second, boolean two) {
    if (room == 0) {
      return new Kept(0, 0);
    }
    long excess = (long) first + second - room;
    if (excess <= 0) {
      return new Kept(first, second);
    }
    return switch (strategy) {
      case LONGEST_FIRST -> two ? longestFirst(room, first, second) : new Kept(room, 0);
      case ONLY_FIRST -> new Kept(cut(first, excess, "first"), second);
      case ONLY_SECOND -> {
        if (!two) {
          throw new IllegalArgumentException(
              "the file's truncation cuts only the second text of a pair; got one text of "
                  + first
                  + " tokens, at most "
                  + room
                  + " fit");
        }
        yield new Kept(first, cut(second, excess, "second"));
      }
    };
  }

  private static int cut(int tokens, long excess, String which) {
    if (tokens <= excess) {
      throw new IllegalArgumentException(
          "the truncation cuts only the %s text of a pair; it has %d tokens, %d are too many"
              .formatted(which, tokens, excess));
    }
    return (int) (tokens - excess);
  }

  /**
   * The longer one is cut down to the shorter, then both to a half; an odd token is the longer's.
   */
  private static Kept longestFirst(int room, int first, int second) {
    boolean swapped = first > second;
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if ((long) shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return swapped ? new Kept(longer, shorter) : new Kept(shorter, longer);
  }
}
