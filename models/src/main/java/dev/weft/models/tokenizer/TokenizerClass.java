package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The classes of transformers that build a tokenizer from files older than tokenizer.json. A
 * directory names its class in tokenizer_config.json, else in config.json by {@code
 * tokenizer_class} or {@code model_type}; where neither does, the name of the vocabulary tells.
 *
 * <p>One difference from AutoTokenizer 5.18: a Llama's or Mistral's {@code tokenizer.model} beside
 * which no class is named is read as the class that these models were trained with reads it, where
 * the model inside is of that kind. AutoTokenizer knows no class for these model types any more and
 * drops the blank that the model's own settings put before a text.
 */
enum TokenizerClass {
  GPT2(
      List.of("GPT2Tokenizer"),
      List.of("codegen", "dbrx", "gpt2", "gpt_neo", "gptj", "opt", "phi", "starcoder2")),
  ROBERTA(
      List.of("RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "LEDTokenizer"),
      List.of("bart", "led", "longformer", "roberta", "roberta-prelayernorm")),
  QWEN2(List.of("Qwen2Tokenizer"), List.of("qwen2", "qwen2_moe", "qwen3", "qwen3_moe")),
  LLAMA(List.of("LlamaTokenizer"), List.of()),
  T5(List.of("T5Tokenizer"), List.of("mt5", "switch_transformers", "t5")),
  XLM_ROBERTA(List.of("XLMRobertaTokenizer"), List.of("xlm-roberta", "xmod")),
  GEMMA(
      List.of("GemmaTokenizer"),
      List.of("gemma", "gemma2", "gemma3", "gemma3_text", "recurrent_gemma", "t5gemma")),
  MBART(List.of("MBartTokenizer"), List.of("mbart")),
  /** No class of its own: what the SentencePiece model says, less its dummy prefix. */
  PLAIN(List.of("TokenizersBackend", "PreTrainedTokenizer"), List.of());

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> names;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> modelTypes;

  TokenizerClass(List<String> names, List<String> modelTypes) {
    this.names = names;
    this.modelTypes = modelTypes;
  }

  /** Model types of which the vocabulary tells. */
  private static final Set<String> BY_KIND = Set.of("llama", "mistral", "mixtral");

  /** The class that the files beside a vocabulary name, or null where none does. */
  static @Nullable TokenizerClass named(Path vocabulary, TokenSettings settings)
      throws IOException {
    String name = settings.tokenizerClass();
    Path source = vocabulary.resolveSibling(TokenSettings.CONFIG);
    Path config = vocabulary.resolveSibling("config.json");
    if (name == null && Files.isRegularFile(config)) {
      JsonObject json = JsonObject.of(config, "config", JsonFile.read(config, JsonFile::tree));
      source = config;
      if (!json.isNull("tokenizer_class")) {
        name = json.string("tokenizer_class");
      } else if (!json.isNull("model_type")) {
        return ofModel(json.string("model_type"), vocabulary, config);
      }
    }
    return name == null ? null : of(name.replaceAll("Fast$", ""), source);
  }

  private static @Nullable TokenizerClass ofModel(String modelType, Path vocabulary, Path config)
      throws IOException {
    for (TokenizerClass known : values()) {
      if (known.modelTypes.contains(modelType)) {
        return known;
      }
    }
    if (BY_KIND.contains(modelType)) {
      return null;
    }
    if (vocabulary.endsWith("tokenizer.model")) {
      return PLAIN;
    }
    throw new IOException(
        config
            + ": model_type \""
            + OneLine.of(modelType)
            + "\" says no tokenizer class that is known to read "
            + vocabulary.getFileName()
            + "; expected a tokenizer.json or one of "
            + Arrays.stream(values())
                .flatMap(known -> known.modelTypes.stream())
                .sorted()
                .collect(Collectors.joining(", ")));
  }

  private static TokenizerClass of(String name, Path source) throws IOException {
    for (TokenizerClass known : values()) {
      if (known.names.contains(name)) {
        return known;
      }
    }
    throw new IOException(
        source
            + ": tokenizer_class \""
            + OneLine.of(name)
            + "\" is not supported without a tokenizer.json; supported: "
            + Arrays.stream(values())
                .flatMap(known -> known.names.stream())
                .sorted()
                .collect(Collectors.joining(", ")));
  }
}
