package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits added tokens out of a text: first those that are not normalised out of the original, then
 * the others out of each normalised rest. Leftmost match first, longest of those.
 */
final class AddedTokens {
  /** A stretch of the text: an added token, or none where the model is to look. */
  record Stretch(@Nullable AddedToken token, int from, int to) {}

  private final List<AddedToken> tokens;
  private final Map<Integer, AddedToken> byId = new HashMap<>();
  private final Map<String, Integer> byContent = new HashMap<>();
  private final Map<Integer, String> normalizedContent = new HashMap<>();
  private final Set<String> specials = new HashSet<>();
  private final Matcher original;
  private final Matcher normalized;

  /** Throws IllegalArgumentException, in one line, for tokens that cannot be told apart. */
  AddedTokens(List<AddedToken> tokens, @Nullable Normalizer normalizer) {
    this.tokens = List.copyOf(tokens);
    List<String> originals = new ArrayList<>();
    List<AddedToken> originalTokens = new ArrayList<>();
    List<String> normals = new ArrayList<>();
    List<AddedToken> normalTokens = new ArrayList<>();
    for (AddedToken token : tokens) {
      if (byId.put(token.id(), token) != null) {
        throw new IllegalArgumentException("two added tokens have id " + token.id());
      }
      if (byContent.put(token.content(), token.id()) != null) {
        throw new IllegalArgumentException(
            "added token \"" + OneLine.of(token.content()) + "\" is there twice");
      }
      if (token.special()) {
        specials.add(token.content());
      }
      if (!token.normalized()) {
        originals.add(token.content());
        originalTokens.add(token);
        continue;
      }
      String content = normalize(token.content(), normalizer);
      if (!content.equals(token.content())) {
        normalizedContent.put(token.id(), content);
      }
      normals.add(content);
      normalTokens.add(token);
    }
    original = new Matcher(originals, originalTokens);
    normalized = new Matcher(normals, normalTokens);
  }

  private static String normalize(String content, @Nullable Normalizer normalizer) {
    int[] codePoints = content.codePoints().toArray();
    NormalizedText text = new NormalizedText(codePoints, 0, codePoints.length, false);
    if (normalizer != null) {
      normalizer.normalize(text);
    }
    return text.text(0, text.length());
  }

  /** Splits an original text. */
  List<Stretch> splitOriginal(int[] text, int length) {
    return original.split(text, length);
  }

  /** Splits a stretch of text after normalisation. */
  List<Stretch> splitNormalized(NormalizedText text) {
    return normalized.split(text.codePoints(), text.length());
  }

  List<AddedToken> tokens() {
    return tokens;
  }

  int id(String content) {
    return byContent.getOrDefault(content, Trie.NO_ID);
  }

  @Nullable AddedToken token(int id) {
    return byId.get(id);
  }

  /**
   * What decoding writes for an added token: its normalised content if that is what was matched.
   */
  @Nullable String decoded(int id) {
    String content = normalizedContent.get(id);
    AddedToken token = byId.get(id);
    return content != null || token == null ? content : token.content();
  }

  boolean isSpecial(String content) {
    return specials.contains(content);
  }

  private static final class Matcher {
    /** A text is looked through so far ahead from every place. */
    private static final int MAX_LENGTH = 1024;

    private final Trie trie;
    private final List<AddedToken> tokens;

    Matcher(List<String> contents, List<AddedToken> tokens) {
      this.trie = new Trie(contents.size());
      this.tokens = tokens;
      for (int i = 0; i < contents.size(); i++) {
        AddedToken token = tokens.get(i);
        if (contents.get(i).length() > MAX_LENGTH) {
          throw new IllegalArgumentException(
              "added token \"%s\" (id %d) has %d characters, at most %d are supported"
                  .formatted(token.content(), token.id(), contents.get(i).length(), MAX_LENGTH));
        }
        if (contents.get(i).isEmpty()) {
          throw new IllegalArgumentException(
              "added token \"" + token.content() + "\" (id " + token.id() + ") normalises to \"\"");
        }
        int known = trie.putIfAbsent(contents.get(i), i);
        if (known != i) {
          throw new IllegalArgumentException(
              "added tokens \"%s\" and \"%s\" are both \"%s\" after normalisation"
                  .formatted(tokens.get(known).content(), token.content(), contents.get(i)));
        }
      }
    }

    List<Stretch> split(int[] text, int length) {
      if (tokens.isEmpty()) {
        return length == 0 ? List.of() : List.of(new Stretch(null, 0, length));
      }
      List<Stretch> out = new ArrayList<>(1);
      int done = 0;
      int at = 0;
      while (at < length) {
        int node = trie.child(Trie.ROOT, text[at]);
        if (node == Trie.NOWHERE) {
          at++;
          continue;
        }
        int match = Trie.NO_ID;
        int end = at;
        for (int i = at + 1; node != Trie.NOWHERE; i++) {
          if (trie.idAt(node) != Trie.NO_ID) {
            match = trie.idAt(node);
            end = i;
          }
          node = i < length ? trie.child(node, text[i]) : Trie.NOWHERE;
        }
        if (match == Trie.NO_ID) {
          at++;
          continue;
        }
        done = take(tokens.get(match), text, length, at, end, done, out);
        at = end;
      }
      if (done < length) {
        out.add(new Stretch(null, done, length));
      }
      return out;
    }

    private static int take(
        AddedToken token, int[] text, int length, int from, int to, int done, List<Stretch> out) {
      if (token.singleWord()
          && ((from > 0 && CodePoints.isWord(text[from - 1]))
              || (to < length && CodePoints.isWord(text[to])))) {
        return done;
      }
      int start = from;
      if (token.lstrip()) {
        while (start > 0 && CodePoints.isSpace(text[start - 1])) {
          start--;
        }
        start = Math.max(start, done);
      }
      int stop = to;
      if (token.rstrip()) {
        while (stop < length && CodePoints.isSpace(text[stop])) {
          stop++;
        }
      }
      if (done < start) {
        out.add(new Stretch(null, done, start));
      }
      out.add(new Stretch(token, start, stop));
      return stop;
    }
  }
}
