package dev.weft.models.tokenizer;

/**
 * A token found in the text before the model sees it.
 *
 * @param content what is looked for, after normalisation if {@code normalized}
 * @param singleWord only where no word character touches it
 * @param lstrip takes the blanks on its left with it
 * @param rstrip takes the blanks on its right with it
 * @param normalized looked for in the normalised text and not in the original
 * @param special left out when decoding with {@link SpecialTokens#WITHOUT}
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {}
