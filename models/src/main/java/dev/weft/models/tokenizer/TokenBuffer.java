package dev.weft.models.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tokens of one text as they are found: id and range of the original text in code points. */
final class TokenBuffer {
  private int[] ids = new int[32];
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private @Nullable String[] written = new @Nullable String[32];
  private int length;

  /** Adds the token of a non-empty range of normalised text. */
  void add(int id, NormalizedText text, int from, int to) {
    add(id, text.originalStart(from), text.originalEnd(to), null);
  }

  /** Adds a token; {@code asWritten} is what the text says where that is not the token itself. */
  void add(int id, int start, int end, @Nullable String asWritten) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
      starts = Arrays.copyOf(starts, 2 * length);
      ends = Arrays.copyOf(ends, 2 * length);
      written = Arrays.copyOf(written, 2 * length);
    }
    ids[length] = id;
    starts[length] = start;
    ends[length] = end;
    written[length++] = asWritten;
  }

  /** Forgets all but the first n tokens. */
  void cutTo(int n) {
    length = n;
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

  @Nullable String written(int i) {
    return written[i];
  }

  int[] ids() {
    return Arrays.copyOf(ids, length);
  }
}
