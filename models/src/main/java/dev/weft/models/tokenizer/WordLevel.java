package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;

/**
 * A whole piece is one token, or the unknown one.
 *
 * @param unknownId {@link Trie#NO_ID} where the vocabulary lacks {@code unkToken}
 */
record WordLevel(Vocabulary vocabulary, int unknownId, String unkToken) implements Model {
  @Override
  public String type() {
    return "WordLevel";
  }

  /**
   * Throws IllegalArgumentException for a piece that is no token where there is no unknown one
   * either.
   */
  @Override
  public void tokenize(NormalizedText text, int from, int to, TokenBuffer out) {
    Trie trie = vocabulary.trie();
    int[] codePoints = text.codePoints();
    int node = Trie.ROOT;
    for (int i = from; i < to && node != Trie.NOWHERE; i++) {
      node = trie.child(node, codePoints[i]);
    }
    int known = node == Trie.NOWHERE ? Trie.NO_ID : trie.idAt(node);
    int id = known == Trie.NO_ID ? unknownId : known;
    if (id == Trie.NO_ID) {
      throw new IllegalArgumentException(
          "WordLevel: neither \"%s\" nor unk_token \"%s\" is in the vocabulary"
              .formatted(OneLine.of(text.text(from, to)), OneLine.of(unkToken)));
    }
    out.add(id, text, from, to);
  }
}
