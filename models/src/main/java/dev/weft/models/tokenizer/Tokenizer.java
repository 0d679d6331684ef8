package dev.weft.models.tokenizer;

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
      SpecialNames names) {
    /** Throws IllegalArgumentException if no token has the id. */
    String tokenOf(int id) {
      AddedToken added = addedTokens.token(id);
      String token = added != null ? added.content() : model.vocabulary().token(id);
      if (token == null) {
        throw new IllegalArgumentException("no token has id " + id);
      }
      return token;
    }
  }

  /**
   * Reads a tokenizer.json, a BERT vocab.txt, a vocab.json with merges.txt beside it, a
   * SentencePiece .model, or a directory that holds one of them (the first in this order). The
   * older files are read as the class of transformers that tokenizer_config.json or config.json
   * names reads them.
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
    return new EncodingLayout(parts, options).encode(text);
  }

  /** Encodes a pair of texts with special tokens, cut as the file says, not padded. */
  public Encoding encode(String first, String second) {
    return encode(first, second, EncodeOptions.DEFAULT);
  }

  /**
   * Encodes a pair of texts.
   *
   * @throws IllegalArgumentException as for one text, or if the text that the file cuts is too
   *     short to make the pair fit
   */
  public Encoding encode(String first, String second, EncodeOptions options) {
    return new EncodingLayout(parts, options).encode(first, second);
  }

  /**
   * Encodes each text; padding that the file asks to the longest of a batch goes to the longest of
   * these.
   *
   * @throws IllegalArgumentException as for one text
   */
  public List<Encoding> encodeAll(List<String> texts, EncodeOptions options) {
    return new EncodingLayout(parts, options).encodeAll(texts);
  }

  /** Token ids without special tokens, truncation or padding: the fast path. */
  public int[] ids(String text) {
    return Pipeline.tokenize(parts, new SourceText(text), false).ids();
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

  /** Text from ids that come one by one, as a model generates them. */
  public DecodeStream decodeStream(SpecialTokens specialTokens) {
    return new DecodeStream(this, specialTokens);
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
    return parts.tokenOf(id);
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
}
