package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A tokenizer_config.json beside a vocab.txt, as transformers' BertTokenizer reads it. Beside a
 * tokenizer.json only the names of the special tokens are taken from it.
 */
record BertConfigFile(JsonObject json) {
  private static final List<String> ROLES =
      List.of("unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  /** Keys that change no token: they speak of classes, files, batches and decoding. */
  static final Set<String> HARMLESS =
      Set.of(
          "backend",
          "clean_up_tokenization_spaces",
          "is_local",
          "local_files_only",
          "max_len",
          "max_length",
          "model_input_names",
          "model_max_length",
          "name_or_path",
          "pad_to_multiple_of",
          "pad_token_type_id",
          "padding_side",
          "processor_class",
          "special_tokens_map_file",
          "stride",
          "tokenizer_class",
          "tokenizer_file",
          "truncation_side",
          "truncation_strategy",
          "vocab_file");

  static BertConfigFile read(Path file) throws IOException {
    return new BertConfigFile(
        JsonObject.of(file, "tokenizer_config", JsonFile.read(file, JsonFile::tree)));
  }

  /** The defaults, where there is no file. */
  static BertConfigFile absent(Path file) throws IOException {
    return new BertConfigFile(
        JsonObject.of(file, "tokenizer_config", JsonNodeFactory.instance.objectNode()));
  }

  SpecialNames names() throws IOException {
    SpecialNames bert = SpecialNames.BERT;
    return new SpecialNames(
        name("cls_token", bert.cls()),
        name("sep_token", bert.sep()),
        name("pad_token", bert.pad()),
        name("unk_token", bert.unk()),
        name("mask_token", bert.mask()),
        name("bos_token", bert.bos()),
        name("eos_token", bert.eos()));
  }

  /** Whether the file itself names a token for this part. */
  boolean states(String role) {
    return !json.isNull(role);
  }

  boolean doLowerCase() throws IOException {
    return json.bool("do_lower_case", true);
  }

  boolean tokenizeChineseChars() throws IOException {
    return json.bool("tokenize_chinese_chars", true);
  }

  Optional<Boolean> stripAccents() throws IOException {
    return json.optionalBool("strip_accents");
  }

  /** An added token for a part; plain names are special, not normalised and strip nothing. */
  AddedToken token(String role, String content, int id) throws IOException {
    boolean plain = json.isNull(role) || json.value(role).isString();
    if (plain) {
      return new AddedToken(id, content, false, false, false, false, true);
    }
    JsonObject token = json.object(role);
    AddedToken added =
        new AddedToken(
            id,
            token.string("content"),
            token.bool("single_word", false),
            token.bool("lstrip", false),
            token.bool("rstrip", false),
            token.bool("normalized", false),
            true);
    token.harmless("__type");
    token.harmless("special");
    token.end();
    return added;
  }

  /** Refuses every key beside a vocab.txt that would change tokens and is not read. */
  void end(Vocabulary vocabulary) throws IOException {
    HARMLESS.forEach(json::harmless);
    ROLES.forEach(json::harmless);
    if (!json.bool("do_basic_tokenize", true)) {
      throw json.error("do_basic_tokenize false is not supported");
    }
    for (String key : List.of("additional_special_tokens", "extra_special_tokens", "never_split")) {
      if (!json.isNull(key) && !json.value(key).isEmpty()) {
        throw json.error(key + " is not supported beside a vocab.txt; write a tokenizer.json");
      }
      json.harmless(key);
    }
    if (!json.isNull("added_tokens_decoder")) {
      checkAdded(vocabulary);
    }
    json.harmless("added_tokens_decoder");
    json.end();
  }

  private void checkAdded(Vocabulary vocabulary) throws IOException {
    SpecialNames names = names();
    Set<String> known =
        Set.copyOf(List.of(names.cls(), names.sep(), names.pad(), names.unk(), names.mask()));
    JsonObject added = json.object("added_tokens_decoder");
    for (String id : added.keys()) {
      String content = added.object(id).string("content");
      if (!known.contains(content) || !id.equals(String.valueOf(vocabulary.id(content)))) {
        throw added.error(
            "token \"%s\" with id %s is no special token of the vocab.txt; write a tokenizer.json"
                .formatted(content, id));
      }
    }
  }

  private String name(String role, String absent) throws IOException {
    if (json.isNull(role)) {
      return absent;
    }
    JsonNode value = json.value(role);
    return value.isString() ? json.string(role) : json.object(role).string("content");
  }
}
