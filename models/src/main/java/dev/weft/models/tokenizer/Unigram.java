package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PieceCache.Piece;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A unigram language model: of all ways to cut a piece into tokens the one with the largest sum of
 * scores, found left to right (Viterbi). Of equal sums the one found first wins: longer last tokens
 * before shorter ones.
 *
 * <p>A character that is no token of its own may be unknown, at the smallest score less 10. Unknown
 * characters in a row are one token, shown as the text has it; with {@code byte_fallback} it
 * becomes its bytes where the vocabulary has them all.
 */
final class Unigram implements Model {
  private static final double UNKNOWN_PENALTY = 10;
  private static final int BYTES = 256;

  private final Vocabulary vocabulary;
  private final double[] scores;
  private final double unknownScore;
  private final int unknownId;
  private final int @Nullable [] byteIds;
  private final PieceCache cache = new PieceCache();

  /**
   * A model of tokens 0 to n - 1.
   *
   * @param scores of each token
   * @param unknownId {@link Trie#NO_ID} where there is none: then an unknown character is an error
   */
  Unigram(Vocabulary vocabulary, double[] scores, int unknownId, boolean byteFallback) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknownId = unknownId;
    double least = Double.POSITIVE_INFINITY;
    for (double score : scores) {
      least = score < least ? score : least;
    }
    unknownScore = least - UNKNOWN_PENALTY;
    byteIds = byteFallback ? byteIds(vocabulary) : null;
  }

  private static int[] byteIds(Vocabulary vocabulary) {
    int[] ids = new int[BYTES];
    for (int b = 0; b < BYTES; b++) {
      ids[b] = vocabulary.id("<0x%02X>".formatted(b));
    }
    return ids;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int unknownId() {
    return unknownId;
  }

  @Override
  public String type() {
    return "Unigram";
  }

  @Override
  public void tokenize(NormalizedText text, int from, int to, TokenBuffer out) {
    int[] codePoints = text.codePoints();
    if (to - from > PieceCache.LONGEST) {
      cut(codePoints, from, to).addTo(out, text, from);
      return;
    }
    int hash = PieceCache.hash(codePoints, from, to);
    Piece piece = cache.get(hash, codePoints, from, to);
    if (piece == null) {
      piece = cut(codePoints, from, to);
      cache.put(hash, piece);
    }
    piece.addTo(out, text, from);
  }

  private Piece cut(int[] text, int from, int to) {
    int n = to - from;
    double[] best = new double[n + 1];
    int[] starts = new int[n + 1];
    int[] ids = new int[n + 1];
    Arrays.fill(starts, -1);
    Trie trie = vocabulary.trie();
    for (int i = 0; i < n; i++) {
      double here = best[i];
      boolean single = false;
      int node = trie.child(Trie.ROOT, text[from + i]);
      for (int end = i + 1; node != Trie.NOWHERE; end++) {
        int id = trie.idAt(node);
        if (id != Trie.NO_ID) {
          double score = scores[id] + here;
          if (starts[end] < 0 || score > best[end]) {
            best[end] = score;
            starts[end] = i;
            ids[end] = id;
          }
          single |= end == i + 1;
        }
        node = end < n ? trie.child(node, text[from + end]) : Trie.NOWHERE;
      }
      if (!single) {
        double score = unknownScore + here;
        if (starts[i + 1] < 0 || score > best[i + 1]) {
          if (unknownId == Trie.NO_ID) {
            throw new IllegalArgumentException(
                "U+%04X is not in the vocabulary, and the model has no unk_id"
                    .formatted(text[from + i]));
          }
          best[i + 1] = score;
          starts[i + 1] = i;
          ids[i + 1] = unknownId;
        }
      }
    }
    return backtrack(text, from, starts, ids);
  }

  private Piece backtrack(int[] text, int from, int[] starts, int[] ids) {
    int n = starts.length - 1;
    // The best path, reversed in place: ends[i] is where the token that starts at i ends.
    int[] ends = new int[n + 1];
    for (int end = n; end > 0; end = starts[end]) {
      ends[starts[end]] = end;
    }
    PieceCache.Builder out = new PieceCache.Builder();
    for (int start = 0; start < n; ) {
      int end = ends[start];
      int id = ids[end];
      if (id != unknownId) {
        out.add(id, start, end);
      } else {
        while (end < n && ids[ends[end]] == unknownId) {
          end = ends[end];
        }
        addUnknown(out, text, from, start, end);
      }
      start = end;
    }
    return out.build(text, from, from + n);
  }

  private void addUnknown(PieceCache.Builder out, int[] text, int from, int start, int end) {
    int known = vocabulary.trie().id(text, from + start, from + end);
    if (known != Trie.NO_ID) {
      out.add(known, start, end);
      return;
    }
    if (byteIds != null) {
      byte[] bytes = Utf8.bytes(new String(text, from + start, end - start));
      boolean all = true;
      for (byte b : bytes) {
        all &= byteIds[b & 0xFF] != Trie.NO_ID;
      }
      if (all) {
        for (byte b : bytes) {
          out.add(byteIds[b & 0xFF], start, end);
        }
        return;
      }
    }
    out.addAsWritten(unknownId, start, end);
  }
}
