package dev.weft.models.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The tokens of one text with where they come from. Immutable; arrays are copies.
 *
 * <p>Special tokens and padding come from nowhere: their ranges are 0 to 0.
 */
public final class Encoding {
  private final int[] ids;
  private final List<String> tokens;
  private final int[] starts;
  private final int[] ends;
  private final int[] charStarts;
  private final int[] charEnds;
  private final int[] typeIds;
  private final int[] attentionMask;
  private final int[] specialTokensMask;

  private Encoding(Builder b) {
    ids = b.ids;
    tokens = Collections.unmodifiableList(b.tokens);
    starts = b.starts;
    ends = b.ends;
    charStarts = b.charStarts;
    charEnds = b.charEnds;
    typeIds = b.typeIds;
    attentionMask = b.attentionMask;
    specialTokensMask = b.specialTokensMask;
  }

  /** The number of tokens, special tokens and padding included. */
  public int length() {
    return ids.length;
  }

  /** Token ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** The id of token i. */
  public int id(int i) {
    return ids[i];
  }

  /** Tokens as the vocabulary has them; an added token as the text has it. */
  public List<String> tokens() {
    return tokens;
  }

  /** Where token i starts, an index of {@link String#charAt}. */
  public int start(int i) {
    return charStarts[i];
  }

  /** Where token i ends, exclusive. */
  public int end(int i) {
    return charEnds[i];
  }

  /** Where token i starts, in code points: what the Rust library and Python count. */
  public int codePointStart(int i) {
    return starts[i];
  }

  /** Where token i ends in code points, exclusive. */
  public int codePointEnd(int i) {
    return ends[i];
  }

  /** 0 or 1: the text a token belongs to, as the model wants it. */
  public int[] typeIds() {
    return typeIds.clone();
  }

  /** 1 for tokens, 0 for padding. */
  public int[] attentionMask() {
    return attentionMask.clone();
  }

  /** 1 for special tokens that were put in and for padding; 0 for all that the text holds. */
  public int[] specialTokensMask() {
    return specialTokensMask.clone();
  }

  @Override
  public String toString() {
    return "Encoding" + tokens;
  }

  /** Fills an encoding from the left; what is not filled is an error of the caller. */
  static final class Builder {
    private final int[] ids;
    private final List<String> tokens;
    private final int[] starts;
    private final int[] ends;
    private final int[] charStarts;
    private final int[] charEnds;
    private final int[] typeIds;
    private final int[] attentionMask;
    private final int[] specialTokensMask;
    private int at;

    Builder(int length) {
      ids = new int[length];
      tokens = new ArrayList<>(length);
      starts = new int[length];
      ends = new int[length];
      charStarts = new int[length];
      charEnds = new int[length];
      typeIds = new int[length];
      attentionMask = new int[length];
      specialTokensMask = new int[length];
    }

    void text(int id, String token, int typeId, SourceText source, int start, int end) {
      starts[at] = start;
      ends[at] = end;
      charStarts[at] = source.charIndex(start);
      charEnds[at] = source.charIndex(end);
      attentionMask[at] = 1;
      token(id, token, typeId);
    }

    void special(int id, String token, int typeId) {
      attentionMask[at] = 1;
      specialTokensMask[at] = 1;
      token(id, token, typeId);
    }

    void padding(int id, String token, int typeId) {
      specialTokensMask[at] = 1;
      token(id, token, typeId);
    }

    private void token(int id, String token, int typeId) {
      ids[at] = id;
      typeIds[at++] = typeId;
      tokens.add(token);
    }

    Encoding build() {
      if (at != ids.length) {
        throw new IllegalStateException("encoding: expected " + ids.length + " tokens, got " + at);
      }
      return new Encoding(this);
    }
  }
}
