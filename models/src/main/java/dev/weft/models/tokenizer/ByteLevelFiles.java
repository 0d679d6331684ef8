package dev.weft.models.tokenizer;

import static dev.weft.models.tokenizer.JsonNodes.component;
import static dev.weft.models.tokenizer.JsonNodes.regex;

import dev.weft.models.json.OneLine;
import dev.weft.models.tokenizer.JsonNodes.Numbered;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads vocab.json and merges.txt, byte-level BPE, as transformers' GPT2Tokenizer, RobertaTokenizer
 * (which is BartTokenizer too) and Qwen2Tokenizer do.
 */
final class ByteLevelFiles {
  static final String VOCAB = "vocab.json";
  static final String MERGES = "merges.txt";
  private static final int BYTES_A_TOKEN = 14;
  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final String QWEN2_PIECES =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final Path file;
  private final TokenSettings settings;

  private ByteLevelFiles(Path file, TokenSettings settings) {
    this.file = file;
    this.settings = settings;
  }

  static Components read(Path vocabulary) throws IOException {
    TokenSettings settings = TokenSettings.beside(vocabulary);
    TokenizerClass named = TokenizerClass.named(vocabulary, settings);
    ByteLevelFiles files = new ByteLevelFiles(vocabulary, settings);
    return switch (named == null ? TokenizerClass.GPT2 : named) {
      case GPT2 -> files.gpt2();
      case ROBERTA -> files.roberta();
      case QWEN2 -> files.qwen2();
      case LLAMA, T5, XLM_ROBERTA, GEMMA, MBART, PLAIN ->
          throw new IOException(
              vocabulary + ": tokenizer class " + named + " reads a SentencePiece model, not this");
    };
  }

  private Components gpt2() throws IOException {
    boolean prefix = settings.bool("add_prefix_space", false);
    Assembly parts =
        new Assembly(file, settings)
            .role("bos_token", END_OF_TEXT)
            .role("eos_token", END_OF_TEXT)
            .role("unk_token", END_OF_TEXT)
            .roles("sep_token", "pad_token", "cls_token", "mask_token")
            .extras(List.of())
            .preTokenizer(byteLevel(prefix, true))
            .decoder(byteLevel(true, true));
    return parts.build(model(), parts::bosAndEos);
  }

  private Components roberta() throws IOException {
    boolean prefix = settings.bool("add_prefix_space", false);
    boolean trim = settings.bool("trim_offsets", true);
    Assembly parts =
        new Assembly(file, settings)
            .role("bos_token", "<s>")
            .role("eos_token", "</s>")
            .role("unk_token", "<unk>")
            .role("sep_token", "</s>")
            .role("pad_token", "<pad>")
            .role("cls_token", "<s>")
            .role("mask_token", "<mask>")
            .extras(List.of())
            .preTokenizer(byteLevel(prefix, true))
            .decoder(byteLevel(true, true));
    return parts.build(
        model(),
        tokens ->
            component(
                "RobertaProcessing",
                "sep",
                pair(tokens, parts.content("sep_token"), "sep_token"),
                "cls",
                pair(tokens, parts.content("cls_token"), "cls_token"),
                "trim_offsets",
                trim,
                "add_prefix_space",
                prefix));
  }

  private Components qwen2() throws IOException {
    boolean prefix = settings.optionalBool("add_prefix_space").orElse(false);
    Assembly parts =
        new Assembly(file, settings)
            .roles("bos_token", "sep_token", "cls_token", "mask_token")
            .role("eos_token", END_OF_TEXT)
            .role("unk_token", END_OF_TEXT)
            .role("pad_token", END_OF_TEXT)
            .extras(List.of())
            .normalizer(component("NFC"))
            .preTokenizer(
                component(
                    "Sequence",
                    "pretokenizers",
                    List.of(
                        component(
                            "Split",
                            "pattern",
                            regex(QWEN2_PIECES),
                            "behavior",
                            "Isolated",
                            "invert",
                            false),
                        byteLevel(prefix, false))))
            .decoder(byteLevel(true, true));
    return parts.build(model(), parts::bosAndEos);
  }

  private List<Object> pair(Assembly.Tokens tokens, @Nullable String content, String role)
      throws IOException {
    if (content == null) {
      throw new IOException(file + ": its class needs a " + role + ", and the files say null");
    }
    Numbered token = tokens.token(content);
    return List.of(token.token(), token.id());
  }

  private static ObjectNode byteLevel(boolean prefix, boolean useRegex) {
    return component(
        "ByteLevel", "add_prefix_space", prefix, "trim_offsets", true, "use_regex", useRegex);
  }

  private Model model() throws IOException {
    Path merges = file.resolveSibling(MERGES);
    if (!Files.isRegularFile(merges)) {
      throw new NoSuchFileException(merges.toString(), null, "is needed beside " + VOCAB);
    }
    Bpe.Options options = new Bpe.Options(null, "", "", false, false, false);
    try {
      return Bpe.of(JsonFile.read(file, this::vocabulary), MergesTxt.read(merges), options);
    } catch (IllegalArgumentException e) {
      throw new IOException(merges + ": " + e.getMessage(), e);
    }
  }

  private Vocabulary vocabulary(JsonParser parser) throws IOException {
    Vocabulary tokens = new Vocabulary((int) Math.min(1 << 20, Files.size(file) / BYTES_A_TOKEN));
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      String problem =
          parser.nextToken() == JsonToken.VALUE_NUMBER_INT
              ? tokens.add(token, parser.getLongValue())
              : "the id of token \"" + OneLine.of(token) + "\" is no whole number";
      if (problem != null) {
        throw new IOException(file + ": " + problem + ", " + JsonFile.place(parser));
      }
    }
    return tokens;
  }
}
