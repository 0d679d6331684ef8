package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadTokenizerFilesTest {
  private static final String GOOD =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "BertProcessing", "sep": ["b", 2], "cls": ["a", 1]},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "b": 2}}}
      """;

  @TempDir Path directory;

  @Test
  void theFileTheCasesStartFromIsGood() throws IOException {
    assertThat(Tokenizer.load(write(GOOD)).ids("A b")).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"type\": \"Lowercase\" | \"type\": \"Uppercase\" | normalizer type \"Uppercase\" is not"
            + " supported yet; supported: BertNormalizer, ByteLevel, Lowercase, NFC, NFD,",
        "\"type\": \"Lowercase\" | \"type\": \"BertNormalizer\" | normalizer has no \"lowercase\"",
        "\"type\": \"Lowercase\" | \"type\": \"Lowercase\", \"x\": 1, \"y\": 2 | normalizer has"
            + " unknown keys \"x\", \"y\"",
        "BertPreTokenizer | Bytes | pre_tokenizer type \"Bytes\" is not supported yet",
        "BertProcessing | RobertaProcessing | post_processor has no \"add_prefix_space\"",
        "BertProcessing | Unknown | post_processor type \"Unknown\" is not supported yet",
        "[\"b\", 2] | [\"b\", -2] | post_processor key \"sep\" must be [token, id]",
        "\"decoder\": {\"type\": \"WordPiece\" | \"decoder\": {\"type\": \"X\" | decoder type"
            + " \"X\" is not supported yet; supported: BPEDecoder, ByteFallback",
        "\"cleanup\": true | \"cleanup\": 1 | decoder key \"cleanup\" must be true or false, got 1",
        "\"model\": {\"type\": \"WordPiece\" | \"model\": {\"type\": \"Ngram\" | model type"
            + " \"Ngram\" is not supported yet; supported: BPE, Unigram, WordLevel, WordPiece",
        "\"max_input_chars_per_word\": 100 | \"max_input_chars_per_word\": -1 | model key"
            + " \"max_input_chars_per_word\" must be a whole number from 0",
        "\"max_input_chars_per_word\": 100 | \"max_chars\": 100 | model has no"
            + " \"max_input_chars_per_word\"",
        "\"continuing_subword_prefix\" | \"dropout\": 0.1, \"continuing_subword_prefix\" | model"
            + " has unknown key \"dropout\"",
        "\"unk_token\": \"[UNK]\" | \"unk_token\": \"<unk>\" | model unk_token \"<unk>\" is not in"
            + " the vocabulary",
        "\"b\": 2} | \"b\": 1} | model.vocab: tokens \"a\" and \"b\" both have id 1, line 8",
        "\"b\": 2} | \"a\": 2} | model.vocab: token \"a\" is there twice, with ids 1 and 2, line 8",
        "\"b\": 2} | \"b\": -2} | model.vocab: token \"b\" has id -2, expected 0 to 16777215",
        "\"b\": 2} | \"b\": 99999999999} | model.vocab: token \"b\" has id 99999999999",
        "\"b\": 2} | \"b\": 99999999999999999999} | not valid JSON, line 8",
        "\"b\": 2} | \"b\": 2.5} | model.vocab: the id of token \"b\" is no whole number, line 8",
        "\"b\": 2} | \"\\ud800\": 2} | not valid JSON, line 8",
        ", \"vocab\": {\"[UNK]\": 0, \"a\": 1, \"b\": 2} | ` ` | model has no \"vocab\"",
        "\"id\": 0 | \"id\": 5 | tokenizer.added_tokens[0] token \"[UNK]\" has id 5, but the"
            + " vocabulary gives it 0",
        "\"content\": \"[UNK]\" | \"content\": \"<new>\" | tokenizer.added_tokens[0] token"
            + " \"<new>\" has id 0, but the next free id is 3",
        "\"lstrip\": false | \"lstrip\": \"no\" | tokenizer.added_tokens[0] key \"lstrip\" must be"
            + " true or false, got \"no\"",
        "\"version\": \"1.0\" | \"version\": \"2.0\" | tokenizer version \"2.0\" is unknown,"
            + " expected \"1.0\"",
        "\"version\": \"1.0\" | \"version\": \"1.0\", \"extra\": {} | unknown key \"extra\"",
        "\"padding\": null | \"padding\": null, \"padding\": null | key \"padding\" is there twice",
        "\"padding\": null | \"padding\": {\"strategy\": \"Longest\"} | padding.strategy must be an"
            + " object, got \"Longest\"",
        "\"truncation\": null | \"truncation\": {\"max_length\": 1, \"strategy\": \"LongestFirst\","
            + " \"stride\": 0} | truncation max_length 1 leaves no room for the 2 special tokens",
        "\"truncation\": null | \"truncation\": {\"max_length\": 8, \"strategy\": \"longest\","
            + " \"stride\": 0} | truncation type \"longest\" is not supported yet",
      })
  void whatIsWrongIsSaidInOneLine(String good, String bad, String message) throws IOException {
    assertThat(GOOD).contains(good);
    Path file = write(GOOD.replace(good, bad));
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": " + message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aFileCutAnywhereIsReported() throws IOException {
    for (int length = 0; length < GOOD.strip().length(); length++) {
      Path file = write(GOOD.substring(0, length));
      assertThatThrownBy(() -> Tokenizer.load(file))
          .as("cut to %d chars", length)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": ")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aDamagedByteIsHarmlessOrReported() throws IOException {
    byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve("tokenizer.json");
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(file, bad);
      try {
        Tokenizer.load(file).encode("A b, [UNK]");
      } catch (IOException e) {
        assertThat(e).message().startsWith(file + ": ").doesNotContain("\n");
      }
    }
  }

  @Test
  void somethingAfterTheObjectIsReported() throws IOException {
    Path file = write(GOOD + "{}");
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("something follows the JSON value, line 9");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(IOException.class)
        .hasMessage(
            directory
                + ": holds none of tokenizer.json, vocab.txt, vocab.json, tokenizer.model,"
                + " spiece.model, sentencepiece.bpe.model");
    Path absent = directory.resolve("absent.json");
    assertThatThrownBy(() -> Tokenizer.load(absent))
        .isInstanceOf(IOException.class)
        .hasMessage(absent + ": is no file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[UNK],[CLS],a | {} | vocab.txt | sep_token \"[SEP]\" is not in the vocabulary",
        "[UNK],[CLS],[SEP] | {\"mask_token\": \"<m>\"} | vocab.txt | mask_token \"<m>\" is not in"
            + " the vocabulary",
        "[UNK],[CLS],[SEP] | {\"do_basic_tokenize\": false} | tokenizer_config.json |"
            + " tokenizer_config do_basic_tokenize false is not supported",
        "[UNK],[CLS],[SEP] | {\"never_split\": [\"x\"]} | tokenizer_config.json | tokenizer_config"
            + " never_split is not supported beside a vocab.txt",
        "[UNK],[CLS],[SEP] | {\"strip\": 1} | tokenizer_config.json | tokenizer_config has unknown"
            + " key \"strip\"",
        "[UNK],[CLS],[SEP] | {\"do_lower_case\": \"yes\"} | tokenizer_config.json |"
            + " tokenizer_config key \"do_lower_case\" must be true or false, got \"yes\"",
        "[UNK],[CLS],[SEP] | {\"added_tokens_decoder\": {\"7\": {\"content\": \"x\"}}} |"
            + " tokenizer_config.json | tokenizer_config.added_tokens_decoder token \"x\" with id 7"
            + " is no special token",
        "[UNK],[CLS],[SEP] | {\"a\": 1, \"a\": 2} | tokenizer_config.json | not valid JSON",
      })
  void aBadVocabTxtIsReported(String tokens, String config, String name, String message)
      throws IOException {
    Files.writeString(directory.resolve("vocab.txt"), tokens.replace(',', '\n'));
    Files.writeString(directory.resolve("tokenizer_config.json"), config);
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(directory.resolve(name) + ": " + message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void bytesThatAreNotUtf8AreReported() throws IOException {
    Path file = directory.resolve("vocab.txt");
    Files.write(file, new byte[] {'a', '\n', (byte) 0xC3, '\n'});
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": not UTF-8 at byte 2");
  }

  private Path write(String json) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    return Files.writeString(file, json);
  }
}
