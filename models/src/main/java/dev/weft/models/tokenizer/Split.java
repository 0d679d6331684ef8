package dev.weft.models.tokenizer;

/** Splits at the matches of a pattern, or with {@code invert} at what lies between them. */
record Split(Pattern pattern, SplitBehavior behavior, boolean invert) implements PreTokenizer {
  @Override
  public void split(NormalizedText text, int from, int to, Pieces out) {
    Cuts cuts = pattern.find(text.codePoints(), from, to);
    if (invert) {
      cuts.invert();
    }
    behavior.split(cuts, text, out);
  }
}
