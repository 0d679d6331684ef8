package dev.weft.models.tokenizer;

import java.util.List;

/**
 * Splits normalised text into the pieces the model sees; the {@code pre_tokenizer} of a
 * tokenizer.json. A piece may be of another text than the one given: some pre-tokenizers rewrite.
 */
sealed interface PreTokenizer
    permits ByteLevel,
        Metaspace,
        PreTokenizer.Bert,
        PreTokenizer.FixedLength,
        PreTokenizer.None,
        PreTokenizer.Scripts,
        PreTokenizer.Sequence,
        PreTokenizer.Whitespace,
        PreTokenizer.WhitespaceSplit,
        Split {
  /** Splits the non-empty range [from, to). */
  void split(NormalizedText text, int from, int to, Pieces out);

  /** Whether it looks at where a text comes from, so that offsets are needed to split at all. */
  default boolean needsOffsets() {
    return false;
  }

  /** Takes pieces in order; empty ones never arrive. */
  interface Pieces {
    void piece(NormalizedText text, int from, int to);
  }

  /** Several one after the other, each on the pieces of the one before. */
  record Sequence(List<PreTokenizer> preTokenizers) implements PreTokenizer {
    public Sequence {
      preTokenizers = List.copyOf(preTokenizers);
    }

    @Override
    public boolean needsOffsets() {
      return preTokenizers.stream().anyMatch(PreTokenizer::needsOffsets);
    }

    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      split(0, text, from, to, out);
    }

    private void split(int stage, NormalizedText text, int from, int to, Pieces out) {
      if (stage == preTokenizers.size()) {
        out.piece(text, from, to);
      } else {
        preTokenizers
            .get(stage)
            .split(text, from, to, (t, start, end) -> split(stage + 1, t, start, end, out));
      }
    }
  }

  /** The whole text as one piece: what a null {@code pre_tokenizer} means. */
  record None() implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      if (from < to) {
        out.piece(text, from, to);
      }
    }
  }

  /** Drops blanks; every punctuation mark is a piece of its own. */
  record Bert() implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      int start = from;
      for (int i = from; i < to; i++) {
        int c = text.at(i);
        boolean space = CodePoints.isSpace(c);
        if (space || CodePoints.isPunctuation(c)) {
          if (start < i) {
            out.piece(text, start, i);
          }
          if (!space) {
            out.piece(text, i, i + 1);
          }
          start = i + 1;
        }
      }
      if (start < to) {
        out.piece(text, start, to);
      }
    }
  }

  /** Drops blanks and splits nowhere else. */
  record WhitespaceSplit() implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      int start = from;
      for (int i = from; i < to; i++) {
        if (CodePoints.isSpace(text.at(i))) {
          if (start < i) {
            out.piece(text, start, i);
          }
          start = i + 1;
        }
      }
      if (start < to) {
        out.piece(text, start, to);
      }
    }
  }

  /** The matches of {@code \w+|[^\w\s]+}. */
  record Whitespace() implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      int start = from;
      while (start < to) {
        int c = text.at(start);
        int end = start + 1;
        if (!isBlank(c)) {
          boolean word = CodePoints.isWord(c);
          while (end < to && !isBlank(text.at(end)) && CodePoints.isWord(text.at(end)) == word) {
            end++;
          }
          out.piece(text, start, end);
        }
        start = end;
      }
    }

    private static boolean isBlank(int c) {
      return CodePoints.isSpace(c) && !CodePoints.isWord(c);
    }
  }

  /** Pieces of so many code points, the last one shorter. */
  record FixedLength(int length) implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      for (int start = from; start < to; ) {
        int end = (int) Math.min((long) start + length, to);
        out.piece(text, start, end);
        start = end;
      }
    }
  }

  /**
   * Splits where the script changes; the type UnicodeScripts. Hiragana and Katakana count as Han,
   * spaces belong to what is before them. What stands before the first code point that has a script
   * is dropped, as in the Rust library.
   */
  record Scripts() implements PreTokenizer {
    @Override
    public void split(NormalizedText text, int from, int to, Pieces out) {
      int last = 0;
      int start = to;
      for (int i = from; i < to; i++) {
        int script = CodePoints.script(text.at(i));
        if (script != 0 && script != last) {
          if (start < i) {
            out.piece(text, start, i);
          }
          start = i;
          last = script;
        }
      }
      if (start < to) {
        out.piece(text, start, to);
      }
    }
  }
}
