package dev.weft.models.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one text as they are found: id, range of the original text in code points, and the
 * word, which is a piece the pre-tokenizer made or an added token.
 */
final class TokenBuffer {
  private int[] ids = new int[32];
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private int[] words = new int[32];
  private @Nullable String[] written = new @Nullable String[32];
  private int length;

  /** For each word where its tokens end; negative (the complement) for an added token. */
  private int[] wordEnds = new int[16];

  private int wordCount;

  /** Adds the token of a non-empty range of normalised text. */
  void add(int id, NormalizedText text, int from, int to) {
    add(id, text.originalStart(from), text.originalEnd(to), null);
  }

  /** Adds a token; {@code asWritten} is what the text says where that is not the token itself. */
  void add(int id, int start, int end, @Nullable String asWritten) {
    if (length == ids.length) {
      grow();
    }
    ids[length] = id;
    starts[length] = start;
    ends[length] = end;
    words[length] = wordCount;
    written[length++] = asWritten;
  }

  private void grow() {
    int room = 2 * length;
    ids = Arrays.copyOf(ids, room);
    starts = Arrays.copyOf(starts, room);
    ends = Arrays.copyOf(ends, room);
    words = Arrays.copyOf(words, room);
    written = Arrays.copyOf(written, room);
  }

  /** Ends a word, which may have got no token. */
  void endWord(boolean addedToken) {
    if (wordCount == wordEnds.length) {
      wordEnds = Arrays.copyOf(wordEnds, 2 * wordCount);
    }
    wordEnds[wordCount++] = addedToken ? ~length : length;
  }

  /** Forgets all but the first n tokens. */
  void cutTo(int n) {
    length = n;
  }

  /**
   * Forgets the words before the last ones that together have at least {@code n} tokens; of added
   * tokens all that lie before those go with them. The Rust library does not tokenize further, and
   * counts words from there.
   */
  void keepLastWords(int n) {
    int first = wordCount;
    int total = 0;
    for (int w = wordCount - 1; w >= 0; w--) {
      int end = wordEnds[w] < 0 ? ~wordEnds[w] : wordEnds[w];
      total += end - wordStart(w);
      first = w;
      if (wordEnds[w] >= 0 && total >= n) {
        break;
      }
    }
    if (first == 0 || first == wordCount) {
      return;
    }
    int from = wordStart(first);
    int kept = length - from;
    System.arraycopy(ids, from, ids, 0, kept);
    System.arraycopy(starts, from, starts, 0, kept);
    System.arraycopy(ends, from, ends, 0, kept);
    System.arraycopy(written, from, written, 0, kept);
    for (int i = 0; i < kept; i++) {
      words[i] = words[from + i] - first;
    }
    length = kept;
  }

  private int wordStart(int word) {
    if (word == 0) {
      return 0;
    }
    int end = wordEnds[word - 1];
    return end < 0 ? ~end : end;
  }

  /** Gives a token another range. */
  void move(int i, int start, int end) {
    starts[i] = start;
    ends[i] = end;
  }

  int length() {
    return length;
  }

  int id(int i) {
    return ids[i];
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  int word(int i) {
    return words[i];
  }

  @Nullable String written(int i) {
    return written[i];
  }

  int[] ids() {
    return Arrays.copyOf(ids, length);
  }
}
