package dev.weft.models.generate;

/**
 * What a model said.
 *
 * @param ids the tokens after the prompt, with the one that ended the text, as transformers gives
 *     them
 * @param end why there are no more
 */
public record Generated(int[] ids, End end) {
  /** Why generation ended. */
  public enum End {
    /** The model gave a token that ends the text. */
    END_OF_TEXT,
    /** As many tokens as asked for. */
    MAX_NEW_TOKENS
  }
}
