package dev.weft.models.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a model made of pieces it has seen lately. Pieces repeat: on prose nineteen of twenty words
 * are found here.
 *
 * <p>One slot per hash value, the newest piece wins, so the memory is bounded and nothing is
 * locked. Threads may race for a slot: what they read is either piece, whole, since a {@link Piece}
 * has only final fields. A hit and a miss give the same tokens.
 */
final class PieceCache {
  /** Longer pieces seldom repeat. */
  static final int LONGEST = 64;

  /** Nor do pieces of more tokens, which would make the largest cache 140 MB instead of 25. */
  private static final int MOST_TOKENS = 32;

  private static final int SLOTS = 1 << 15;

  private final @Nullable Piece[] slots = new @Nullable Piece[SLOTS];

  /**
   * A piece of text and its tokens: for each its id and its range in code points of the piece. A
   * token whose text is not the vocabulary's is marked as written.
   */
  static final class Piece {
    private static final int FIELDS = 4;

    private final int[] codePoints;
    private final int[] tokens;

    private Piece(int[] codePoints, int[] tokens) {
      this.codePoints = codePoints;
      this.tokens = tokens;
    }

    /** Adds the tokens of this piece, found in a text at {@code at}. */
    void addTo(TokenBuffer out, NormalizedText text, int at) {
      for (int i = 0; i < tokens.length; i += FIELDS) {
        int from = at + tokens[i + 1];
        int to = at + tokens[i + 2];
        if (tokens[i + 3] == 0 || !text.tracked()) {
          out.add(tokens[i], text, from, to);
        } else {
          out.add(tokens[i], text.originalStart(from), text.originalEnd(to), text.text(from, to));
        }
      }
    }
  }

  /** Collects the tokens of a piece. */
  static final class Builder {
    private int[] tokens = new int[8 * Piece.FIELDS];
    private int length;

    /** A token of the non-empty range [from, to) of the piece. */
    void add(int id, int from, int to) {
      add(id, from, to, 0);
    }

    /** A token that is shown as the text has it. */
    void addAsWritten(int id, int from, int to) {
      add(id, from, to, 1);
    }

    private void add(int id, int from, int to, int written) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * length);
      }
      tokens[length++] = id;
      tokens[length++] = from;
      tokens[length++] = to;
      tokens[length++] = written;
    }

    Piece build(int[] text, int from, int to) {
      return new Piece(Arrays.copyOfRange(text, from, to), Arrays.copyOf(tokens, length));
    }
  }

  static int hash(int[] text, int from, int to) {
    int h = to - from;
    for (int i = from; i < to; i++) {
      h = 31 * h + text[i];
    }
    h *= 0x9E3779B9;
    return (h >>> 16) ^ h;
  }

  /** The piece [from, to) of a text, or null if it is not here. */
  @Nullable Piece get(int hash, int[] text, int from, int to) {
    Piece piece = slots[hash & (SLOTS - 1)];
    if (piece == null) {
      return null;
    }
    int[] key = piece.codePoints;
    return Arrays.equals(key, 0, key.length, text, from, to) ? piece : null;
  }

  void put(int hash, Piece piece) {
    if (piece.codePoints.length <= LONGEST && piece.tokens.length <= MOST_TOKENS * Piece.FIELDS) {
      slots[hash & (SLOTS - 1)] = piece;
    }
  }
}
