package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import dev.weft.models.tokenizer.PieceCache.Piece;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding: a word starts as its characters, and pairs are merged in the order of the
 * list of merges until none is left.
 *
 * <p>A character that is no token becomes its bytes ({@code byte_fallback}, where the vocabulary
 * has them all), else the unknown token, else nothing. As in the Rust library the ranges of tokens
 * are counted in bytes, so after a character that became nothing they are off by its bytes, and an
 * unknown token is held back until a character is known, behind the bytes of those between.
 *
 * <p>What the Rust library does not do: a piece is cut before {@code ▁} wherever no merge reaches
 * across. Llama's text comes as one piece; cut, its words are found in the cache.
 */
final class Bpe implements Model {
  private static final int BYTES = 256;

  /** Single characters below this are looked up in an array. */
  private static final int DIRECT = 0x3400;

  private static final int WORD_START = '▁';

  /** What the file says beside vocabulary and merges; an absent prefix or suffix is empty. */
  record Options(
      @Nullable String unknown,
      String continuingSubwordPrefix,
      String endOfWordSuffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {}

  private final Vocabulary vocabulary;
  private final BpeMerges merges;
  private final Options options;
  private final int unknownId;
  private final int @Nullable [] byteIds;
  private final boolean affixes;
  private final int[] direct = new int[DIRECT];
  private final boolean cutsWords;

  /** Characters, ends of a token that merges with one that starts with ▁. */
  private final BitSet joinedToWordStart;

  private final PieceCache cache = new PieceCache();

  /**
   * @param joinedToWordStart characters a merge's left part may end with where its right part
   *     starts with ▁
   */
  Bpe(Vocabulary vocabulary, BpeMerges merges, BitSet joinedToWordStart, Options options) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    this.joinedToWordStart = joinedToWordStart;
    unknownId = options.unknown == null ? Trie.NO_ID : vocabulary.id(options.unknown);
    byteIds = options.byteFallback ? byteIds(vocabulary) : null;
    affixes = !options.continuingSubwordPrefix.isEmpty() || !options.endOfWordSuffix.isEmpty();
    for (int c = 0; c < DIRECT; c++) {
      direct[c] = single(c);
    }
    cutsWords = !affixes && direct[WORD_START] != Trie.NO_ID;
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
    return "BPE";
  }

  @Override
  public void tokenize(NormalizedText text, int from, int to, TokenBuffer out) {
    int[] codePoints = text.codePoints();
    if (options.ignoreMerges) {
      int id = vocabulary.trie().id(codePoints, from, to);
      if (id != Trie.NO_ID) {
        out.add(id, text, from, to);
        return;
      }
    }
    int start = from;
    if (cutsWords) {
      for (int i = from + 1; i < to; i++) {
        if (codePoints[i] == WORD_START && endsWord(codePoints[i - 1])) {
          word(text, start, i, out);
          start = i;
        }
      }
    }
    word(text, start, to, out);
  }

  private boolean endsWord(int c) {
    return id(c) != Trie.NO_ID && !joinedToWordStart.get(c);
  }

  private void word(NormalizedText text, int from, int to, TokenBuffer out) {
    int[] codePoints = text.codePoints();
    if (to - from > PieceCache.LONGEST) {
      spell(codePoints, from, to).addTo(out, text, from);
      return;
    }
    int hash = PieceCache.hash(codePoints, from, to);
    Piece piece = cache.get(hash, codePoints, from, to);
    if (piece == null) {
      piece = spell(codePoints, from, to);
      cache.put(hash, piece);
    }
    piece.addTo(out, text, from);
  }

  private Piece spell(int[] text, int from, int to) {
    BpeWord word = new BpeWord(to - from);
    int held = 0;
    for (int i = from; i < to; i++) {
      int bytes = Utf8.length(text[i]);
      int id = affixes ? affixed(text[i], i == from, i == to - 1) : id(text[i]);
      if (id != Trie.NO_ID) {
        held = release(word, held);
        word.add(id, bytes);
      } else if (!addBytes(word, text[i], i == from, i == to - 1) && options.unknown != null) {
        if (!options.fuseUnknown) {
          release(word, held);
          held = 0;
        }
        held += bytes;
      }
    }
    release(word, held);
    word.merge(merges);
    return ranges(word, text, from, to);
  }

  /** Adds the unknown token that is held back, if there is one: nothing is held then. */
  private int release(BpeWord word, int bytes) {
    if (bytes > 0) {
      if (unknownId == Trie.NO_ID) {
        throw new IllegalArgumentException(
            "a character is not in the vocabulary, and neither is unk_token \""
                + OneLine.of(String.valueOf(options.unknown))
                + "\" that is to stand for it");
      }
      word.add(unknownId, bytes);
    }
    return 0;
  }

  private int id(int c) {
    return c < DIRECT ? direct[c] : single(c);
  }

  private int single(int c) {
    int node = vocabulary.trie().child(Trie.ROOT, c);
    return node == Trie.NOWHERE ? Trie.NO_ID : vocabulary.trie().idAt(node);
  }

  private int affixed(int c, boolean first, boolean last) {
    Trie trie = vocabulary.trie();
    int node = first ? Trie.ROOT : trie.walk(Trie.ROOT, options.continuingSubwordPrefix);
    node = node == Trie.NOWHERE ? node : trie.child(node, c);
    if (last && node != Trie.NOWHERE) {
      node = trie.walk(node, options.endOfWordSuffix);
    }
    return node == Trie.NOWHERE ? Trie.NO_ID : trie.idAt(node);
  }

  /** Adds the bytes of a character, with those of prefix and suffix, if all of them are tokens. */
  private boolean addBytes(BpeWord word, int c, boolean first, boolean last) {
    if (byteIds == null) {
      return false;
    }
    String spelled =
        (first ? "" : options.continuingSubwordPrefix)
            + Character.toString(c)
            + (last ? options.endOfWordSuffix : "");
    byte[] bytes = Utf8.bytes(spelled);
    for (byte b : bytes) {
      if (byteIds[b & 0xFF] == Trie.NO_ID) {
        return false;
      }
    }
    for (byte b : bytes) {
      word.add(byteIds[b & 0xFF], 1);
    }
    return true;
  }

  /** Turns ranges of bytes into ranges of code points; a range within a character is all of it. */
  private static Piece ranges(BpeWord word, int[] text, int from, int to) {
    PieceCache.Builder piece = new PieceCache.Builder();
    int at = from;
    int charEnd = Utf8.length(text[at]);
    int end = 0;
    for (int i = 0; i < word.size(); i++) {
      int start = end;
      end += word.bytes(i);
      while (charEnd <= start && at + 1 < to) {
        charEnd += Utf8.length(text[++at]);
      }
      int first = at;
      while (charEnd < end && at + 1 < to) {
        charEnd += Utf8.length(text[++at]);
      }
      piece.add(word.id(i), first - from, at + 1 - from);
    }
    return piece.build(text, from, to);
  }

  /**
   * Builds the table of merges.
   *
   * @param pairs left and right parts in turn, in the order of merging
   * @throws IllegalArgumentException in one line, for a part or a result that is no token
   */
  static Bpe of(Vocabulary vocabulary, List<String> pairs, Options options) {
    BpeMerges merges = new BpeMerges(pairs.size() / 2);
    BitSet joined = new BitSet();
    int prefix = options.continuingSubwordPrefix.length();
    for (int i = 0; i < pairs.size(); i += 2) {
      String left = pairs.get(i);
      String right = pairs.get(i + 1);
      if (!right.startsWith(options.continuingSubwordPrefix)) {
        throw new IllegalArgumentException(
            "merge %d, \"%s\" and \"%s\": the second does not start with the prefix \"%s\""
                .formatted(
                    i / 2,
                    OneLine.of(left),
                    OneLine.of(right),
                    OneLine.of(options.continuingSubwordPrefix)));
      }
      int result = token(vocabulary, left + right.substring(prefix), i / 2);
      merges.add(token(vocabulary, left, i / 2), token(vocabulary, right, i / 2), result);
      if (!left.isEmpty() && !right.isEmpty() && right.charAt(0) == WORD_START) {
        joined.set(left.codePointBefore(left.length()));
      }
    }
    return new Bpe(vocabulary, merges, joined, options);
  }

  private static int token(Vocabulary vocabulary, String token, int merge) {
    int id = vocabulary.id(token);
    if (id == Trie.NO_ID) {
      throw new IllegalArgumentException(
          "merge %d needs the token \"%s\", which is not in the vocabulary"
              .formatted(merge, OneLine.of(token)));
    }
    return id;
  }
}
