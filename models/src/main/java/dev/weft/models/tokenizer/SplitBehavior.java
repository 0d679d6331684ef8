package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PreTokenizer.Pieces;

/** What becomes of the matches a text is split at; names as tokenizer.json has them. */
enum SplitBehavior {
  /** Matches are dropped. */
  REMOVED("Removed"),
  /** Each match is a piece. */
  ISOLATED("Isolated"),
  /** A match ends the piece before it; of several in a row the first. */
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  /** A match starts the piece behind it; of several in a row the last. */
  MERGED_WITH_NEXT("MergedWithNext"),
  /** Matches in a row are one piece. */
  CONTIGUOUS("Contiguous");

  private final String published;

  SplitBehavior(String published) {
    this.published = published;
  }

  String published() {
    return published;
  }

  /** Hands on the pieces that are left, in order. */
  void split(Cuts cuts, NormalizedText text, Pieces out) {
    int n = cuts.count();
    int i = 0;
    while (i < n) {
      int last = lastOfPiece(cuts, i);
      if ((this != REMOVED || !cuts.isMatch(i)) && cuts.start(i) < cuts.end(last)) {
        out.piece(text, cuts.start(i), cuts.end(last));
      }
      i = last + 1;
    }
  }

  private int lastOfPiece(Cuts cuts, int first) {
    int n = cuts.count();
    int last = first;
    switch (this) {
      case REMOVED, ISOLATED -> {}
      case CONTIGUOUS -> {
        while (last + 1 < n && cuts.isMatch(last + 1) == cuts.isMatch(first)) {
          last++;
        }
      }
      case MERGED_WITH_PREVIOUS -> {
        boolean joins = !cuts.isMatch(first) && first + 1 < n && cuts.isMatch(first + 1);
        last = joins ? first + 1 : first;
      }
      case MERGED_WITH_NEXT -> {
        boolean joins = cuts.isMatch(first) && first + 1 < n && !cuts.isMatch(first + 1);
        last = joins ? first + 1 : first;
      }
    }
    return last;
  }
}
