package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.AddedTokens.Stretch;
import dev.weft.models.tokenizer.EncodeOptions.Limit;
import dev.weft.models.tokenizer.PostProcessor.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, as the Rust tokenizers library does it for the same files.
 *
 * <p>Immutable and safe for any number of threads. Half a surrogate pair in a text counts as
 * U+FFFD.
 */
public final class Tokenizer {
  private final Components parts;

  Tokenizer(Components parts) {
    this.parts = parts;
  }

  /**
   * What a file says, component by component.
   *
   * @param normalizer null where there is none
   * @param truncation null where there is none
   * @param padding null where there is none
   */
  record Components(
      @Nullable Normalizer normalizer,
      PreTokenizer preTokenizer,
      Model model,
      PostProcessor postProcessor,
      Decoder decoder,
      AddedTokens addedTokens,
      @Nullable Truncation truncation,
      @Nullable Padding padding,
      SpecialNames names) {}

  /**
   * Reads a tokenizer.json, a BERT vocab.txt, a vocab.json with merges.txt beside it, a
   * SentencePiece .model, or a directory that holds one of them (the first in this order). The older
   * files are read as the class of transformers that tokenizer_config.json or config.json names
   * reads them.
   *
   * @throws IOException in one line with the path: what is broken, or not supported yet
   */
  public static Tokenizer load(Path directoryOrFile) throws IOException {
    return TokenizerFiles.load(directoryOrFile);
  }

  /** Whether a directory holds a tokenizer's files. */
  public static boolean isIn(Path directory) {
    return TokenizerFiles.isIn(directory);
  }

  /** Encodes with special tokens, cut as the file says, not padded. */
  public Encoding encode(String text) {
    return encode(text, EncodeOptions.DEFAULT);
  }

  /**
   * Encodes a text.
   *
   * @throws IllegalArgumentException if the special tokens alone are more than the limit, padding
   *     is asked for and the file has none, or the file cuts only the second text of a pair and
   *     this one is too long
   */
  public Encoding encode(String text, EncodeOptions options) {
    SourceText source = new SourceText(text);
    TokenBuffer tokens = tokenize(source, true);
    boolean special = options.specialTokens() == SpecialTokens.WITH;
    List<Part> template = parts.postProcessor().single();
    int added = 0;
    for (Part part : template) {
      added += special && part instanceof Part.Special ? 1 : 0;
    }
    Truncation.Direction direction =
        parts.truncation() == null ? Truncation.Direction.RIGHT : parts.truncation().direction();
    int kept = Math.min(tokens.length(), room(options.limit(), added));
    if (kept < tokens.length()
        && options.limit() instanceof Limit.AsFile
        && parts.truncation() != null
        && parts.truncation().strategy() == Truncation.Strategy.ONLY_SECOND) {
      throw new IllegalArgumentException(
          "the file's truncation cuts only the second text of a pair; got one text of "
              + tokens.length()
              + " tokens, at most "
              + kept
              + " fit");
    }
    int first = direction == Truncation.Direction.RIGHT ? 0 : tokens.length() - kept;

    int texts = (int) template.stream().filter(Part.Text.class::isInstance).count();
    int length = added + texts * kept;
    Padding padding = options.pad() == EncodeOptions.Pad.AS_FILE ? requirePadding() : null;
    int target = padding == null ? length : padding.target(length);
    Encoding.Builder out = new Encoding.Builder(target);
    if (padding != null && padding.direction() == Truncation.Direction.LEFT) {
      pad(out, padding, target - length);
    }
    for (Part part : template) {
      switch (part) {
        case Part.Text t -> append(out, tokens, first, kept, t.typeId(), source);
        case Part.Special s -> {
          if (special) {
            out.special(s.id(), s.token(), s.typeId());
          }
        }
      }
    }
    if (padding != null && padding.direction() == Truncation.Direction.RIGHT) {
      pad(out, padding, target - length);
    }
    return out.build();
  }

  /** Token ids without special tokens, truncation or padding: the fast path. */
  public int[] ids(String text) {
    return tokenize(new SourceText(text), false).ids();
  }

  /**
   * Joins tokens to text.
   *
   * @throws IllegalArgumentException for an id that is no token's (the Rust library drops it
   *     silently)
   */
  public String decode(int[] ids, SpecialTokens specialTokens) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (int id : ids) {
      String added = parts.addedTokens().decoded(id);
      String token = added != null ? added : tokenOf(id);
      if (specialTokens == SpecialTokens.WITH || !parts.addedTokens().isSpecial(token)) {
        tokens.add(token);
      }
    }
    return parts.decoder().decode(tokens);
  }

  /** The kind of its model, as tokenizer.json names it: WordPiece, WordLevel. */
  public String kind() {
    return parts.model().type();
  }

  /** The number of tokens, added ones included; ids may have holes, so an id may be larger. */
  public int vocabSize() {
    Vocabulary vocabulary = parts.model().vocabulary();
    int size = vocabulary.size();
    for (AddedToken token : parts.addedTokens().tokens()) {
      size += vocabulary.id(token.content()) == Trie.NO_ID ? 1 : 0;
    }
    return size;
  }

  /** The id of a token. */
  public OptionalInt idOf(String token) {
    int added = parts.addedTokens().id(token);
    int id = added != Trie.NO_ID ? added : parts.model().vocabulary().id(token);
    return id == Trie.NO_ID ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The token of an id.
   *
   * @throws IllegalArgumentException if no token has it
   */
  public String tokenOf(int id) {
    AddedToken added = parts.addedTokens().token(id);
    String token = added != null ? added.content() : parts.model().vocabulary().token(id);
    if (token == null) {
      throw new IllegalArgumentException("no token has id " + id);
    }
    return token;
  }

  /** The id of the token that starts a text, [CLS] by name unless the files say otherwise. */
  public OptionalInt clsId() {
    return idOf(parts.names().cls());
  }

  /** The id of the token that ends a text, [SEP] by name unless the files say otherwise. */
  public OptionalInt sepId() {
    return idOf(parts.names().sep());
  }

  /** The id of the token that fills up, [PAD] by name unless the files say otherwise. */
  public OptionalInt padId() {
    return idOf(parts.names().pad());
  }

  /** The id of the token that hides another, [MASK] by name unless the files say otherwise. */
  public OptionalInt maskId() {
    return idOf(parts.names().mask());
  }

  /** The id of the token that starts a text to go on with, as the files name it. */
  public OptionalInt bosId() {
    return idOf(parts.names().bos());
  }

  /** The id of the token that ends a text, as the files name it. */
  public OptionalInt eosId() {
    return idOf(parts.names().eos());
  }

  /** The id for words that cannot be spelled. */
  public OptionalInt unkId() {
    int id = parts.model().unknownId();
    return id == Trie.NO_ID ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The file's truncation; {@link #encode(String)} applies it. */
  public Optional<Truncation> truncation() {
    return Optional.ofNullable(parts.truncation());
  }

  /** The file's padding; applied only where {@link EncodeOptions#padded()} asks. */
  public Optional<Padding> padding() {
    return Optional.ofNullable(parts.padding());
  }

  Components components() {
    return parts;
  }

  private TokenBuffer tokenize(SourceText source, boolean tracked) {
    TokenBuffer out = new TokenBuffer();
    AddedTokens added = parts.addedTokens();
    for (Stretch raw : added.splitOriginal(source.codePoints(), source.length())) {
      if (raw.token() != null) {
        String written = tracked ? source.text(raw.from(), raw.to()) : null;
        out.add(raw.token().id(), raw.from(), raw.to(), written);
        continue;
      }
      NormalizedText text = new NormalizedText(source.codePoints(), raw.from(), raw.to(), tracked);
      if (parts.normalizer() != null) {
        parts.normalizer().normalize(text);
      }
      for (Stretch stretch : added.splitNormalized(text)) {
        int from = stretch.from();
        int to = stretch.to();
        if (stretch.token() == null) {
          parts
              .preTokenizer()
              .split(text, from, to, (t, start, end) -> parts.model().tokenize(t, start, end, out));
        } else {
          String written = tracked ? text.text(from, to) : null;
          int id = stretch.token().id();
          out.add(id, text.originalStart(from), text.originalEnd(to), written);
        }
      }
    }
    return out;
  }

  /** How many tokens of the text fit beside the special ones. */
  private int room(Limit limit, int added) {
    int max =
        switch (limit) {
          case Limit.None() -> Integer.MAX_VALUE;
          case Limit.Tokens(int maxLength) -> maxLength;
          case Limit.AsFile() ->
              parts.truncation() == null ? Integer.MAX_VALUE : parts.truncation().maxLength();
        };
    if (max < added) {
      throw new IllegalArgumentException(
          "max length " + max + " leaves no room for " + added + " special tokens");
    }
    return max - added;
  }

  private Padding requirePadding() {
    if (parts.padding() == null) {
      throw new IllegalArgumentException("padding is asked for and the tokenizer's file has none");
    }
    return parts.padding();
  }

  private void append(
      Encoding.Builder out, TokenBuffer tokens, int first, int count, int typeId, SourceText text) {
    for (int i = first; i < first + count; i++) {
      String written = tokens.written(i);
      String token = written != null ? written : tokenOf(tokens.id(i));
      out.text(tokens.id(i), token, typeId, text, tokens.start(i), tokens.end(i));
    }
  }

  private static void pad(Encoding.Builder out, Padding padding, int count) {
    for (int i = 0; i < count; i++) {
      out.padding(padding.padId(), padding.padToken(), padding.padTypeId());
    }
  }
}
