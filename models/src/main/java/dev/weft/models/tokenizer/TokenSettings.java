package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What tokenizer_config.json, special_tokens_map.json and added_tokens.json say beside a vocabulary
 * that is no tokenizer.json, put together as transformers 5 does: an {@code added_tokens_decoder}
 * silences the other two files.
 */
final class TokenSettings {
  static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final List<String> EXTRAS =
      List.of("extra_special_tokens", "additional_special_tokens");

  /** The parts that tokens play, in the order in which new ones get ids. */
  static final List<String> ROLES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** Keys that change no token, or that no class here reads. */
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_map",
          "chat_template",
          "do_lower_case",
          "errors",
          "extra_ids",
          "keep_accents",
          "legacy",
          "legacy_behaviour",
          "padding",
          "remove_space",
          "response_template",
          "sp_model_kwargs",
          "spaces_between_special_tokens",
          "src_lang",
          "tgt_lang",
          "trim_offsets",
          "truncation",
          "use_default_system_prompt",
          "use_fast");

  private final JsonObject config;
  private final @Nullable JsonObject map;
  private final Map<String, AddedToken> roles = new LinkedHashMap<>();
  private final @Nullable List<AddedToken> extras;
  private final TreeMap<Integer, AddedToken> numbered = new TreeMap<>();

  private TokenSettings(JsonObject config, @Nullable JsonObject map, @Nullable JsonObject added)
      throws IOException {
    this.config = config;
    boolean decoder = !config.isNull(DECODER);
    this.map = decoder ? null : map;
    for (String role : ROLES) {
      readRole(role);
    }
    extras = readExtras();
    if (decoder) {
      readDecoder();
    } else if (added != null) {
      readAdded(added);
    }
  }

  /** The settings beside a vocabulary; files that are not there say nothing. */
  static TokenSettings beside(Path vocabulary) throws IOException {
    Path file = vocabulary.resolveSibling(CONFIG);
    JsonObject config = object(file, "tokenizer_config");
    return new TokenSettings(
        config != null
            ? config
            : JsonObject.of(file, "tokenizer_config", JsonNodeFactory.instance.objectNode()),
        object(vocabulary.resolveSibling(MAP), "special_tokens_map"),
        object(vocabulary.resolveSibling(ADDED), "added_tokens"));
  }

  private static @Nullable JsonObject object(Path file, String place) throws IOException {
    return Files.isRegularFile(file)
        ? JsonObject.of(file, place, JsonFile.read(file, JsonFile::tree))
        : null;
  }

  private void readRole(String role) throws IOException {
    JsonObject from = map != null && map.has(role) ? map : config;
    if (!from.isNull(role)) {
      roles.put(role, token(from, role, from.value(role), true));
    }
    config.harmless(role);
  }

  private @Nullable List<AddedToken> readExtras() throws IOException {
    List<AddedToken> tokens = null;
    for (JsonObject from : map == null ? List.of(config) : List.of(config, map)) {
      for (String key : EXTRAS) {
        if (tokens == null && from.has(key)) {
          tokens = new ArrayList<>();
          if (!from.isNull(key)) {
            readExtras(from, key, tokens);
          }
        }
        from.harmless(key);
      }
    }
    return tokens;
  }

  private static void readExtras(JsonObject from, String key, List<AddedToken> tokens)
      throws IOException {
    JsonNode list = from.value(key);
    if (!list.isArray()) {
      throw from.error(
          "key \"" + key + "\" must be a list of tokens; named ones are not supported");
    }
    for (int i = 0; i < list.size(); i++) {
      tokens.add(token(from, key + "[" + i + "]", list.get(i), true));
    }
  }

  private void readDecoder() throws IOException {
    JsonObject decoder = config.object(DECODER);
    for (String id : decoder.keys()) {
      JsonObject json = decoder.object(id);
      AddedToken token = token(json);
      try {
        numbered.put(Integer.parseInt(id), token);
      } catch (NumberFormatException e) {
        throw decoder.error("key \"" + id + "\" is no id");
      }
    }
  }

  private void readAdded(JsonObject added) throws IOException {
    for (String content : added.keys()) {
      boolean special =
          roles.values().stream().anyMatch(role -> role.content().equals(content))
              || (extras != null && extras.stream().anyMatch(e -> e.content().equals(content)));
      numbered.put(
          added.count(content), new AddedToken(0, content, false, false, false, !special, special));
    }
  }

  private static AddedToken token(JsonObject from, String key, JsonNode value, boolean special)
      throws IOException {
    if (value.isString()) {
      return plain(value.stringValue(), special);
    }
    JsonObject json = JsonObject.of(from.file(), from.place() + "." + key, value);
    json.harmless("__type");
    AddedToken token = token(json);
    return new AddedToken(
        0,
        token.content(),
        token.singleWord(),
        token.lstrip(),
        token.rstrip(),
        json.has("normalized") && token.normalized(),
        special);
  }

  private static AddedToken token(JsonObject json) throws IOException {
    boolean special = json.bool("special", false);
    AddedToken token =
        new AddedToken(
            0,
            json.string("content"),
            json.bool("single_word", false),
            json.bool("lstrip", false),
            json.bool("rstrip", false),
            json.bool("normalized", !special),
            special);
    json.harmless("__type");
    json.end();
    return token;
  }

  /** A special token that is normalised nowhere and strips nothing. */
  static AddedToken plain(String content, boolean special) {
    return new AddedToken(0, content, false, false, false, !special, special);
  }

  /** The class of the tokenizer without "Fast", or null where the file names none. */
  @Nullable String tokenizerClass() throws IOException {
    if (config.isNull("tokenizer_class")) {
      return null;
    }
    String name = config.string("tokenizer_class");
    return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
  }

  /** The token of a role, or null. */
  @Nullable AddedToken role(String role) {
    return roles.get(role);
  }

  /** Whether a file says what this role's token is, be it none. */
  boolean states(String role) {
    return config.has(role) || (map != null && map.has(role));
  }

  /** Special tokens without a role, or null where no file lists any. */
  @Nullable List<AddedToken> extras() {
    return extras;
  }

  /** Tokens with the ids that the files give them. */
  Map<Integer, AddedToken> numbered() {
    return numbered;
  }

  boolean bool(String key, boolean absent) throws IOException {
    return config.bool(key, absent);
  }

  Optional<Boolean> optionalBool(String key) throws IOException {
    return config.optionalBool(key);
  }

  int count(String key, int absent) throws IOException {
    return config.optionalCount(key).orElse(absent);
  }

  Optional<String> string(String key) throws IOException {
    return config.isNull(key) ? Optional.empty() : Optional.of(config.string(key));
  }

  /** Refuses what would change tokens and was not read. */
  void end() throws IOException {
    if (config.bool("split_special_tokens", false)) {
      throw config.error("split_special_tokens true is not supported");
    }
    for (String key : List.of("add_bos_token", "add_eos_token", "add_prefix_space")) {
      config.harmless(key);
    }
    HARMLESS.forEach(config::harmless);
    BertConfigFile.HARMLESS.forEach(config::harmless);
    config.harmless(DECODER);
    config.end();
  }
}
