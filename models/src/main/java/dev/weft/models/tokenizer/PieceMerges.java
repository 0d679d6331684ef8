package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.SentencePieceFile.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The merges that a SentencePiece BPE model only implies: every way to cut a piece into two pieces,
 * pieces in the order of their ids, cuts from left to right.
 */
final class PieceMerges {
  /** Cuts are quadratic in the length; the longest published piece has 48 characters. */
  private static final int LONGEST = 2000;

  private PieceMerges() {}

  static Bpe bpe(SentencePieceFile model, Bpe.Options options) throws IOException {
    List<Piece> pieces = model.pieces();
    Vocabulary vocabulary = new Vocabulary(pieces.size());
    for (int id = 0; id < pieces.size(); id++) {
      String problem = vocabulary.add(pieces.get(id).text(), id);
      if (problem != null) {
        throw new IOException(model.file() + ": " + problem);
      }
    }
    List<String> merges = new ArrayList<>();
    for (Piece piece : pieces) {
      String text = piece.text();
      if (text.length() > LONGEST) {
        throw new IOException(
            "%s: a piece has %d characters, expected at most %d"
                .formatted(model.file(), text.length(), LONGEST));
      }
      for (int cut = 0; cut < text.length(); ) {
        cut += Character.charCount(text.codePointAt(cut));
        if (cut < text.length()
            && vocabulary.trie().id(text, 0, cut) != Trie.NO_ID
            && vocabulary.trie().id(text, cut, text.length()) != Trie.NO_ID) {
          merges.add(text.substring(0, cut));
          merges.add(text.substring(cut));
        }
      }
    }
    try {
      return Bpe.of(vocabulary, merges, options);
    } catch (IllegalArgumentException e) {
      throw new IOException(model.file() + ": " + e.getMessage(), e);
    }
  }
}
