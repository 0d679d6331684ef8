package dev.weft.models.tokenizer;

import java.util.function.IntPredicate;

/** What a text is searched for. */
sealed interface Pattern permits Pattern.Literal, Pattern.OfClass, Regex {
  /** Cuts the non-empty range [from, to) of a text into matches and what lies between them. */
  Cuts find(int[] text, int from, int to);

  /** Single code points of a class. */
  record OfClass(IntPredicate members) implements Pattern {
    @Override
    public Cuts find(int[] text, int from, int to) {
      Cuts cuts = new Cuts();
      int done = from;
      for (int i = from; i < to; i++) {
        if (members.test(text[i])) {
          cuts.addMatch(done, i, i + 1);
          done = i + 1;
        }
      }
      if (done != to) {
        cuts.add(done, to, false);
      }
      return cuts;
    }
  }

  /** A string as it stands; it has a code point at least. */
  record Literal(int[] codePoints) implements Pattern {
    @Override
    public Cuts find(int[] text, int from, int to) {
      Cuts cuts = new Cuts();
      int done = from;
      int i = from;
      while (i + codePoints.length <= to) {
        if (isAt(text, i)) {
          cuts.addMatch(done, i, i + codePoints.length);
          i += codePoints.length;
          done = i;
        } else {
          i++;
        }
      }
      if (done != to) {
        cuts.add(done, to, false);
      }
      return cuts;
    }

    private boolean isAt(int[] text, int at) {
      for (int k = 0; k < codePoints.length; k++) {
        if (text[at + k] != codePoints[k]) {
          return false;
        }
      }
      return true;
    }
  }
}
