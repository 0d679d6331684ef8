package dev.weft.models.tokenizer;

/**
 * Greedy longest match from the left; all but the first piece of a word carry the prefix. A word
 * that cannot be spelled, or of more than {@code maxInputCharsPerWord} code points, is one unknown
 * token.
 *
 * @param continuation the node of the vocabulary's trie that the prefix leads to
 */
record WordPiece(
    Vocabulary vocabulary,
    int unknownId,
    String continuingSubwordPrefix,
    int maxInputCharsPerWord,
    int continuation)
    implements Model {
  WordPiece(
      Vocabulary vocabulary,
      int unknownId,
      String continuingSubwordPrefix,
      int maxInputCharsPerWord) {
    this(
        vocabulary,
        unknownId,
        continuingSubwordPrefix,
        maxInputCharsPerWord,
        vocabulary.trie().walk(Trie.ROOT, continuingSubwordPrefix));
  }

  @Override
  public String type() {
    return "WordPiece";
  }

  @Override
  public void tokenize(NormalizedText text, int from, int to, TokenBuffer out) {
    int mark = out.length();
    if (to - from > maxInputCharsPerWord || !spell(text, from, to, out)) {
      out.cutTo(mark);
      out.add(unknownId, text, from, to);
    }
  }

  private boolean spell(NormalizedText text, int from, int to, TokenBuffer out) {
    Trie trie = vocabulary.trie();
    int[] codePoints = text.codePoints();
    int start = from;
    int node = Trie.ROOT;
    while (start < to) {
      int id = Trie.NO_ID;
      int end = start;
      for (int i = start; i < to && node != Trie.NOWHERE; i++) {
        node = trie.child(node, codePoints[i]);
        if (node != Trie.NOWHERE && trie.idAt(node) != Trie.NO_ID) {
          id = trie.idAt(node);
          end = i + 1;
        }
      }
      if (id == Trie.NO_ID) {
        return false;
      }
      out.add(id, text, start, end);
      start = end;
      node = continuation;
    }
    return true;
  }
}
