package dev.weft.models.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * SentencePiece's blanks: every space becomes {@code replacement}, which also goes before a piece
 * that does not start with it, and starts a word where {@code split}. Decoding makes spaces again,
 * and drops those of the first token unless the scheme is NEVER.
 */
record Metaspace(int replacement, PrependScheme prependScheme, boolean split)
    implements PreTokenizer, Decoder {
  /** Which pieces get a replacement in front. */
  enum PrependScheme {
    ALWAYS,
    NEVER,
    /** Only the piece that starts where the text starts. */
    FIRST
  }

  @Override
  public boolean needsOffsets() {
    return prependScheme == PrependScheme.FIRST;
  }

  @Override
  public void split(NormalizedText text, int from, int to, Pieces out) {
    NormalizedText piece = text.slice(from, to);
    for (int i = 0; i < piece.length(); i++) {
      if (piece.at(i) == ' ') {
        piece.set(i, replacement);
      }
    }
    boolean prepends =
        switch (prependScheme) {
          case ALWAYS -> true;
          case NEVER -> false;
          case FIRST -> text.originalStart(from) == 0;
        };
    if (prepends && piece.at(0) != replacement) {
      piece.prepend(new int[] {replacement});
    }
    if (!split) {
      out.piece(piece, 0, piece.length());
      return;
    }
    int start = 0;
    for (int i = 1; i < piece.length(); i++) {
      if (piece.at(i) == replacement) {
        out.piece(piece, start, i);
        start = i;
      }
    }
    out.piece(piece, start, piece.length());
  }

  @Override
  public List<String> chain(List<String> tokens) {
    String mark = Character.toString(replacement);
    List<String> out = new ArrayList<>(tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      boolean dropped = i == 0 && prependScheme != PrependScheme.NEVER;
      out.add(tokens.get(i).replace(mark, dropped ? "" : " "));
    }
    return out;
  }
}
