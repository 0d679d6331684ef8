package dev.weft.models.tokenizer;

/**
 * Turns one piece of text into tokens; the {@code model} of a tokenizer.json. Safe for any number
 * of threads.
 */
sealed interface Model permits Bpe, Unigram, WordLevel, WordPiece {
  /**
   * Adds the tokens of the non-empty range [from, to). Offsets follow from {@link
   * TokenBuffer#add(int, NormalizedText, int, int)}; the word a token belongs to is the buffer's
   * business.
   */
  void tokenize(NormalizedText text, int from, int to, TokenBuffer out);

  Vocabulary vocabulary();

  /** The id for what the vocabulary cannot spell, or {@link Trie#NO_ID}. */
  int unknownId();

  /** Its name in a tokenizer.json. */
  String type();
}
