package dev.weft.models.tokenizer;

import java.util.List;

/** A regular expression as it was parsed. */
sealed interface RegexNode {
  /** One code point of a set. */
  record One(CharSet set) implements RegexNode {}

  /** One after the other; of none, the empty string. */
  record All(List<RegexNode> nodes) implements RegexNode {}

  /** The first that leads to a match. */
  record Either(List<RegexNode> nodes) implements RegexNode {}

  /** How eagerly a repetition takes: as much as it can, as little, or without giving back. */
  enum Greed {
    GREEDY,
    LAZY,
    POSSESSIVE
  }

  /** A node {@code min} to {@code max} times. */
  record Repeat(RegexNode node, int min, int max, Greed greed) implements RegexNode {}

  /** A node whose first match is final. */
  record Atomic(RegexNode node) implements RegexNode {}

  /** What must follow (ahead) or come before, or must not. */
  record Look(RegexNode node, boolean ahead, boolean negative) implements RegexNode {}

  /** A place between code points. */
  enum Anchor implements RegexNode {
    LINE_START,
    LINE_END,
    TEXT_START,
    TEXT_END,
    TEXT_END_OR_LAST_NEWLINE,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }
}
