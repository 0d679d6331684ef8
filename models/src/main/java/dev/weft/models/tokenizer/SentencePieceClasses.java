package dev.weft.models.tokenizer;

import static dev.weft.models.tokenizer.JsonNodes.component;
import static dev.weft.models.tokenizer.JsonNodes.literal;

import dev.weft.models.tokenizer.JsonNodes.Numbered;
import dev.weft.models.tokenizer.SentencePieceFile.Algorithm;
import dev.weft.models.tokenizer.SentencePieceFile.Piece;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a SentencePiece model into the tokenizer that a class of transformers 5 makes of it. These
 * are not what the sentencepiece library does with the file: each class has rules of its own for
 * blanks, normalisation and the first ids.
 */
final class SentencePieceClasses {
  private static final String SPACE = "▁";
  private static final String T5_MODEL = "spiece.model";
  private static final String XLM_ROBERTA_MODEL = "sentencepiece.bpe.model";
  private static final String EXTRA_ID = "<extra_id_";
  private static final int EXTRA_IDS = 100;
  private static final int MOST_EXTRA_IDS = 10_000;
  private static final int RESERVED = 3;
  private static final List<String> MBART_LANGUAGES =
      List.of(
          "ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN", "hi_IN",
          "it_IT", "ja_XX", "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP", "nl_XX", "ro_RO",
          "ru_RU", "si_LK", "tr_TR", "vi_VN", "zh_CN");

  private final SentencePieceFile model;
  private final TokenSettings settings;

  private SentencePieceClasses(SentencePieceFile model, TokenSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  static Components read(Path file) throws IOException {
    TokenSettings settings = TokenSettings.beside(file);
    TokenizerClass named = TokenizerClass.named(file, settings);
    SentencePieceFile model = SentencePieceFile.read(file);
    SentencePieceClasses classes = new SentencePieceClasses(model, settings);
    return switch (named == null ? usual(model) : named) {
      case LLAMA -> classes.llama();
      case GEMMA -> classes.gemma();
      case T5 -> classes.t5();
      case XLM_ROBERTA -> classes.xlmRoberta();
      case MBART -> classes.mbart();
      case PLAIN -> classes.plain();
      case GPT2, ROBERTA, QWEN2 ->
          throw new IOException(
              file + ": tokenizer class " + named + " reads vocab.json and merges.txt, not this");
    };
  }

  /** The class that has files of this name, and for tokenizer.model of this kind. */
  private static TokenizerClass usual(SentencePieceFile model) {
    String name = String.valueOf(model.file().getFileName());
    boolean llama =
        model.algorithm() == Algorithm.BPE && model.byteFallback() && model.dummyPrefix();
    return switch (name) {
      case T5_MODEL -> TokenizerClass.T5;
      case XLM_ROBERTA_MODEL -> TokenizerClass.XLM_ROBERTA;
      default -> llama ? TokenizerClass.LLAMA : TokenizerClass.PLAIN;
    };
  }

  private Components llama() throws IOException {
    boolean prefix = settings.optionalBool("add_prefix_space").orElse(true);
    String scheme = settings.bool("legacy", false) ? "always" : "first";
    List<ObjectNode> decoders = new ArrayList<>(bytesDecoders());
    if (prefix) {
      decoders.add(component("Strip", "content", " ", "start", 1, "stop", 0));
    }
    Assembly parts =
        new Assembly(model.file(), settings)
            .role("bos_token", "<s>")
            .role("eos_token", "</s>")
            .role("unk_token", "<unk>")
            .roles("sep_token", "pad_token", "cls_token", "mask_token")
            .extras(marked())
            .preTokenizer(metaspace(prefix ? scheme : "never", false))
            .decoder(component("Sequence", "decoders", decoders));
    return parts.build(bpe(null, true), parts::bosAndEos);
  }

  private Components gemma() throws IOException {
    Assembly parts =
        new Assembly(model.file(), settings)
            .role("bos_token", "<bos>")
            .role("eos_token", "<eos>")
            .role("unk_token", "<unk>")
            .role("pad_token", "<pad>")
            .role("mask_token", "<mask>")
            .roles("sep_token", "cls_token")
            .extras(marked())
            .normalizer(component("Replace", "pattern", literal(" "), "content", SPACE))
            .preTokenizer(
                component(
                    "Split",
                    "pattern",
                    literal(" "),
                    "behavior",
                    "MergedWithPrevious",
                    "invert",
                    false))
            .decoder(component("Sequence", "decoders", bytesDecoders()));
    return parts.build(bpe(parts.content("unk_token"), true), parts::bosAndEos);
  }

  private Components plain() throws IOException {
    Assembly parts = new Assembly(model.file(), settings);
    stated(parts, "bos_token", model.bosId(), model.bosPiece());
    stated(parts, "eos_token", model.eosId(), model.eosPiece());
    stated(parts, "unk_token", model.unkId(), model.unkPiece());
    List<ObjectNode> normalizers = new ArrayList<>();
    if (model.charsMap().length > 0) {
      normalizers.add(charsMap());
    }
    normalizers.add(component("Replace", "pattern", literal(" "), "content", SPACE));
    parts
        .roles("sep_token", "pad_token", "cls_token", "mask_token")
        .extras(marked())
        .normalizer(component("Sequence", "normalizers", normalizers))
        .decoder(
            component(
                "Sequence",
                "decoders",
                model.byteFallback() ? bytesDecoders() : bytesDecoders().subList(0, 1)));
    return parts.build(
        switch (model.algorithm()) {
          case BPE -> bpe(model.unkPiece(), model.byteFallback());
          case UNIGRAM -> unigram(pieces(), model.unkId(), model.byteFallback());
        },
        parts::bosAndEos);
  }

  private static void stated(Assembly parts, String role, int id, String piece) {
    if (id >= 0) {
      parts.role(role, piece);
    } else {
      parts.roles(role);
    }
  }

  private Components t5() throws IOException {
    int count = settings.count("extra_ids", EXTRA_IDS);
    if (count > MOST_EXTRA_IDS) {
      throw new IOException(
          model.file() + ": extra_ids " + count + " beside it, at most " + MOST_EXTRA_IDS);
    }
    ScoredTokens tokens = pieces();
    List<AddedToken> extras = new ArrayList<>(marked());
    boolean listed = extras.stream().anyMatch(token -> token.content().contains(EXTRA_ID));
    for (int i = count - 1; i >= 0; i--) {
      add(tokens, EXTRA_ID + i + ">", 0);
    }
    for (int i = 0; i < count && !listed; i++) {
      extras.add(TokenSettings.plain(EXTRA_ID + i + ">", true));
    }
    Assembly parts =
        new Assembly(model.file(), settings)
            .role("eos_token", "</s>")
            .role("unk_token", "<unk>")
            .role("pad_token", "<pad>")
            .roles("bos_token", "sep_token", "cls_token", "mask_token")
            .extras(extras)
            .normalizer(model.charsMap().length > 0 ? charsMap() : null)
            .preTokenizer(wordsWithSpace("always"))
            .decoder(metaspace("always", true));
    String eos = "</s>";
    return parts.build(
        unigram(tokens, 2, false),
        ids -> {
          // The class writes "</s>" with the id of eos_token, whatever that is.
          int id = ids.token(content(parts, "eos_token")).id();
          return JsonNodes.template(
              List.of("$A:0", eos + ":0"),
              List.of("$A:0", eos + ":0", "$B:0", eos + ":0"),
              List.of(new Numbered(eos, id)));
        });
  }

  private Components xlmRoberta() throws IOException {
    String scheme = settings.bool("add_prefix_space", true) ? "always" : "never";
    Assembly parts =
        fairseq()
            .extras(marked())
            .normalizer(model.charsMap().length > 0 ? charsMap() : null)
            .preTokenizer(wordsWithSpace(scheme))
            .decoder(metaspace(scheme, true));
    ScoredTokens tokens = fairseqTokens(parts);
    add(tokens, content(parts, "mask_token"), 0);
    String bos = content(parts, "bos_token");
    String eos = content(parts, "eos_token");
    return parts.build(
        unigram(tokens, RESERVED, false),
        ids ->
            JsonNodes.template(
                List.of(bos + ":0", "$A:0", eos + ":0"),
                List.of(bos + ":0", "$A:0", eos + ":0", eos + ":0", "$B:0", eos + ":0"),
                List.of(ids.token(bos), ids.token(eos))));
  }

  private Components mbart() throws IOException {
    List<AddedToken> extras = new ArrayList<>();
    MBART_LANGUAGES.forEach(language -> extras.add(TokenSettings.plain(language, true)));
    extras.addAll(marked());
    Assembly parts =
        fairseq()
            .extras(extras)
            .preTokenizer(wordsWithSpace("always"))
            .decoder(metaspace("always", true));
    AddedToken mask = settings.role("mask_token");
    if (mask == null) {
      parts.override("mask_token", new AddedToken(0, "<mask>", false, true, false, false, true));
    }
    ScoredTokens tokens = fairseqTokens(parts);
    for (String language : MBART_LANGUAGES) {
      add(tokens, language, 0);
    }
    add(tokens, content(parts, "mask_token"), 0);
    String eos = content(parts, "eos_token");
    String language = settings.string("src_lang").orElse("en_XX");
    return parts.build(
        unigram(tokens, RESERVED, false),
        ids ->
            JsonNodes.template(
                List.of("$A:0", eos + ":0", language + ":0"),
                List.of("$A:0", "$B:0", eos + ":0", language + ":0"),
                List.of(ids.token(eos), ids.token(language))));
  }

  /** fairseq's ids: four special tokens, and the pieces behind the model's first three. */
  private Assembly fairseq() {
    return new Assembly(model.file(), settings)
        .role("bos_token", "<s>")
        .role("eos_token", "</s>")
        .role("unk_token", "<unk>")
        .role("sep_token", "</s>")
        .role("pad_token", "<pad>")
        .role("cls_token", "<s>")
        .role("mask_token", "<mask>");
  }

  private ScoredTokens fairseqTokens(Assembly parts) throws IOException {
    ScoredTokens tokens = new ScoredTokens(model.pieces().size() + 64);
    for (String role : List.of("bos_token", "pad_token", "eos_token", "unk_token")) {
      add(tokens, content(parts, role), 0);
    }
    if (model.pieces().size() < RESERVED) {
      throw new IOException(
          model.file()
              + ": its class expects at least "
              + RESERVED
              + " pieces, got "
              + model.pieces().size());
    }
    for (Piece piece : model.pieces().subList(RESERVED, model.pieces().size())) {
      add(tokens, piece.text(), piece.score());
    }
    return tokens;
  }

  private String content(Assembly parts, String role) throws IOException {
    String content = parts.content(role);
    if (content == null) {
      throw new IOException(
          model.file() + ": its class needs a " + role + ", and a file says null");
    }
    return content;
  }

  private ScoredTokens pieces() throws IOException {
    ScoredTokens tokens = new ScoredTokens(model.pieces().size() + EXTRA_IDS);
    for (Piece piece : model.pieces()) {
      add(tokens, piece.text(), piece.score());
    }
    return tokens;
  }

  private void add(ScoredTokens tokens, String token, double score) throws IOException {
    String problem = tokens.add(token, score);
    if (problem != null) {
      throw new IOException(model.file() + ": " + problem);
    }
  }

  private Model unigram(ScoredTokens tokens, int unknown, boolean byteFallback) throws IOException {
    require(Algorithm.UNIGRAM);
    try {
      return tokens.unigram(unknown, byteFallback);
    } catch (IllegalArgumentException e) {
      throw new IOException(model.file() + ": " + e.getMessage(), e);
    }
  }

  private Model bpe(@Nullable String unknown, boolean byteFallback) throws IOException {
    require(Algorithm.BPE);
    return PieceMerges.bpe(model, new Bpe.Options(unknown, "", "", true, byteFallback, false));
  }

  private void require(Algorithm expected) throws IOException {
    if (model.algorithm() != expected) {
      throw new IOException(
          model.file()
              + ": its class expects a model of type "
              + expected
              + ", got "
              + model.algorithm());
    }
  }

  /** Control pieces, which are special, and user-defined ones, which are not. */
  private List<AddedToken> marked() {
    List<AddedToken> tokens = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      if (piece.isControl() || piece.isUserDefined()) {
        tokens.add(new AddedToken(0, piece.text(), false, false, false, false, piece.isControl()));
      }
    }
    return tokens;
  }

  private ObjectNode charsMap() {
    return component(
        "Precompiled",
        "precompiled_charsmap",
        Base64.getEncoder().encodeToString(model.charsMap()));
  }

  private static ObjectNode metaspace(String scheme, boolean split) {
    return component("Metaspace", "replacement", SPACE, "prepend_scheme", scheme, "split", split);
  }

  private static ObjectNode wordsWithSpace(String scheme) {
    return component(
        "Sequence",
        "pretokenizers",
        List.of(component("WhitespaceSplit"), metaspace(scheme, true)));
  }

  private static List<ObjectNode> bytesDecoders() {
    return List.of(
        component("Replace", "pattern", literal(SPACE), "content", " "),
        component("ByteFallback"),
        component("Fuse"));
  }
}
