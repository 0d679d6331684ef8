package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files beside an older vocabulary decide, and what they are refused for. */
class OlderFilesTest {
  @TempDir Path directory;

  private Tokenizer load(String variant, String config) throws IOException {
    ModelGoldens.unpack("older/" + variant, directory);
    Files.writeString(directory.resolve("tokenizer_config.json"), config);
    return Tokenizer.load(directory);
  }

  private void refused(String variant, String config, String... parts) {
    assertThatThrownBy(() -> load(variant, config))
        .isInstanceOf(IOException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  @Test
  void aVocabJsonWithoutAClassIsGpt2s() throws IOException {
    Tokenizer named = load("gpt2", "{\"tokenizer_class\": \"GPT2Tokenizer\"}");
    Tokenizer unnamed = load("gpt2", "{}");
    assertThat(unnamed.ids("it's a word")).isEqualTo(named.ids("it's a word"));
    assertThat(unnamed.eosId()).isEqualTo(unnamed.idOf("<|endoftext|>")).isPresent();
  }

  @Test
  void aSpieceModelWithoutAClassIsT5s() throws IOException {
    Tokenizer named = load("t5", "{\"tokenizer_class\": \"T5Tokenizer\"}");
    Tokenizer unnamed = load("t5", "{}");
    assertThat(unnamed.encode("a word").ids()).isEqualTo(named.encode("a word").ids());
    assertThat(unnamed.idOf("<extra_id_99>")).isPresent();
    assertThat(unnamed.encode("a").tokens()).endsWith("</s>");
  }

  @Test
  void aTokenizerModelWithoutAClassIsLlamasWhereItIsOfThatKind() throws IOException {
    Tokenizer named = load("llama", "{\"tokenizer_class\": \"LlamaTokenizer\"}");
    Tokenizer unnamed = load("llama", "{}");
    assertThat(unnamed.encode("the quick").tokens()).isEqualTo(named.encode("the quick").tokens());
    assertThat(unnamed.encode("the quick").tokens().getFirst()).startsWith("▁");
    assertThat(unnamed.bosId()).hasValue(1);
    assertThat(unnamed.eosId()).hasValue(2);
  }

  @Test
  void theModelTypeOfAConfigNamesTheClass() throws IOException {
    ModelGoldens.unpack("older/gpt2", directory);
    Files.delete(directory.resolve("tokenizer_config.json"));
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"roberta\"}");
    assertThat(Tokenizer.load(directory).encode("a").tokens()).startsWith("<s>").endsWith("</s>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral"})
  void aLlamasTokenizerModelIsReadAsItWasTrained(String modelType) throws IOException {
    Tokenizer named = load("llama", "{\"tokenizer_class\": \"LlamaTokenizer\"}");
    Files.delete(directory.resolve("tokenizer_config.json"));
    Files.writeString(
        directory.resolve("config.json"), "{\"model_type\": \"%s\"}".formatted(modelType));
    Tokenizer unnamed = Tokenizer.load(directory);
    assertThat(unnamed.encode("the quick").tokens()).isEqualTo(named.encode("the quick").tokens());
    assertThat(unnamed.encode("the quick").tokens().getFirst()).startsWith("▁");
  }

  @ParameterizedTest
  @CsvSource({"t5, spiece.model", "xlm-roberta, sentencepiece.bpe.model", "gpt2, vocab.json"})
  void aModelTypeOfUnknownClassIsRefused(String variant, String vocabulary) throws IOException {
    ModelGoldens.unpack("older/" + variant, directory);
    Files.delete(directory.resolve("tokenizer_config.json"));
    Path config = directory.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"albert\"}");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            config
                + ": model_type \"albert\" says no tokenizer class that is known to read "
                + vocabulary
                + "; expected a tokenizer.json or one of bart, codegen,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "gpt2 | {\"tokenizer_class\": \"CTRLTokenizer\"} | tokenizer_config.json: tokenizer_class"
            + " \"CTRLTokenizer\" is not supported without a tokenizer.json",
        "gpt2 | {\"tokenizer_class\": \"LlamaTokenizer\"} | reads a SentencePiece model, not this",
        "llama | {\"tokenizer_class\": \"GPT2Tokenizer\"} | reads vocab.json and merges.txt",
        "llama | {\"tokenizer_class\": \"T5Tokenizer\"} | expects a model of type UNIGRAM, got BPE",
        "t5 | {\"tokenizer_class\": \"GemmaTokenizer\"} | expects a model of type BPE, got UNIGRAM",
        "gpt2 | {\"frobnicate\": 1} | tokenizer_config has unknown key \"frobnicate\"",
        "gpt2 | {\"split_special_tokens\": true} | split_special_tokens true is not supported",
        "gpt2 | {\"extra_special_tokens\": {\"a\": \"b\"}} | must be a list of tokens",
        "gpt2 | {\"added_tokens_decoder\": {\"7\": {\"content\": \"<z>\"}}} | the added token"
            + " \"<z>\" has id 7 in the files beside it, but gets",
        "roberta | {\"tokenizer_class\": \"RobertaTokenizer\", \"sep_token\": null} | needs a"
            + " sep_token",
        "mbart | {\"tokenizer_class\": \"MBartTokenizer\", \"src_lang\": \"xx\"} | no token is"
            + " \"xx\"",
        "t5 | {\"eos_token\": 3} | eos_token must be an object",
        "t5 | {\"extra_ids\": 1000000000} | extra_ids 1000000000 beside it, at most 10000",
      })
  void whatCannotBeReadIsRefusedByName(String variant, String config, String message) {
    refused(variant, config, message);
  }

  @Test
  void mergesThatAreMissingOrBrokenAreNamed() throws IOException {
    ModelGoldens.unpack("older/gpt2", directory);
    Path merges = directory.resolve("merges.txt");
    Files.writeString(merges, "#version: 0.2\nt h\nt h e\n");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .hasMessage(merges + ": line 3: expected two tokens with a blank between, got \"t h e\"");
    Files.writeString(merges, "q zzz\n");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .hasMessageStartingWith(merges + ": merge 0 needs the token \"qzzz\"");
    Files.delete(merges);
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .hasMessageContaining("is needed beside vocab.json");
  }

  @Test
  void aFileMayBeNamedItself() throws IOException {
    ModelGoldens.unpack("older/t5", directory);
    Path renamed = Files.move(directory.resolve("spiece.model"), directory.resolve("my.model"));
    assertThat(Tokenizer.load(renamed).kind()).isEqualTo("Unigram");
  }
}
