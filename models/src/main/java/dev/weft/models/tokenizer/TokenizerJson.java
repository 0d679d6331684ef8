package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a tokenizer.json. The vocabulary is streamed, the rest is small and read as a tree. Every
 * key and type is honoured or refused by name.
 */
final class TokenizerJson {
  private static final Set<String> KEYS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "model",
          "post_processor",
          "decoder");

  private final Path file;
  private final ObjectNode small = JsonNodeFactory.instance.objectNode();
  private final ObjectNode modelKeys = JsonNodeFactory.instance.objectNode();
  private @Nullable Vocabulary vocabulary;

  private TokenizerJson(Path file) {
    this.file = file;
  }

  static Components read(Path file, SpecialNames names) throws IOException {
    TokenizerJson reader = new TokenizerJson(file);
    JsonFile.read(file, reader::stream);
    return reader.components(names);
  }

  private TokenizerJson stream(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (!KEYS.contains(key)) {
        throw new IOException(file + ": unknown key \"" + key + "\"");
      }
      if (small.has(key)) {
        throw new IOException(file + ": key \"" + key + "\" is there twice");
      }
      parser.nextToken();
      if (key.equals("model") && parser.currentToken() == JsonToken.START_OBJECT) {
        streamModel(parser);
        small.set(key, modelKeys);
      } else {
        small.set(key, JsonFile.tree(parser));
      }
    }
    return this;
  }

  private void streamModel(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (modelKeys.has(key) || key.equals("vocab") && vocabulary != null) {
        throw new IOException(file + ": model key \"" + key + "\" is there twice");
      }
      if (key.equals("vocab") && parser.currentToken() == JsonToken.START_OBJECT) {
        vocabulary = streamVocabulary(parser);
      } else {
        modelKeys.set(key, JsonFile.tree(parser));
      }
    }
  }

  private Vocabulary streamVocabulary(JsonParser parser) throws IOException {
    Vocabulary tokens = new Vocabulary(1 << 15);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new IOException(
            "%s: model.vocab: the id of token \"%s\" is no whole number, %s"
                .formatted(file, token, JsonFile.place(parser)));
      }
      String problem = tokens.add(token, parser.getLongValue());
      if (problem != null) {
        throw new IOException(
            file + ": model.vocab: " + problem + ", " + JsonFile.place(parser));
      }
    }
    return tokens;
  }

  private Components components(SpecialNames names) throws IOException {
    JsonObject top = JsonObject.of(file, "tokenizer", small);
    if (top.has("version") && !top.string("version").equals("1.0")) {
      throw top.error("version \"" + top.string("version") + "\" is unknown, expected \"1.0\"");
    }
    Model model = model();
    Normalizer normalizer =
        top.isNull("normalizer") ? null : normalizer(part("normalizer"));
    PreTokenizer preTokenizer =
        top.isNull("pre_tokenizer") ? new PreTokenizer.None() : preTokenizer(part("pre_tokenizer"));
    PostProcessor postProcessor =
        top.isNull("post_processor")
            ? PostProcessor.Template.BARE
            : postProcessor(part("post_processor"));
    Decoder decoder = top.isNull("decoder") ? new Decoder.Spaces() : decoder(part("decoder"));
    AddedTokens added = addedTokens(top, model.vocabulary(), normalizer);
    Truncation truncation =
        top.isNull("truncation") ? null : truncation(part("truncation"), postProcessor);
    Padding padding = top.isNull("padding") ? null : padding(part("padding"));
    return new Components(
        normalizer,
        preTokenizer,
        model,
        postProcessor,
        decoder,
        added,
        truncation,
        padding,
        names);
  }

  private JsonObject part(String key) throws IOException {
    return JsonObject.of(file, key, small.get(key));
  }

  private Model model() throws IOException {
    if (!small.has("model")) {
      throw new IOException(file + ": has no \"model\"");
    }
    JsonObject model = part("model");
    // Files of 2020 have no type here; those with WordPiece's keys are WordPiece.
    boolean untyped = model.isNull("type") && model.has("max_input_chars_per_word");
    String type = untyped ? "WordPiece" : model.string("type");
    if (!type.equals("WordPiece")) {
      throw model.unsupported(type, "WordPiece");
    }
    String prefix = model.string("continuing_subword_prefix");
    int maxChars = model.count("max_input_chars_per_word");
    String unknown = model.string("unk_token");
    model.end();
    if (vocabulary == null) {
      throw model.error("has no \"vocab\"");
    }
    int id = vocabulary.id(unknown);
    if (id == Trie.NO_ID) {
      throw model.error("unk_token \"" + unknown + "\" is not in the vocabulary");
    }
    return new Model.WordPiece(vocabulary, id, prefix, maxChars);
  }

  private static Normalizer normalizer(JsonObject json) throws IOException {
    String type = json.string("type");
    Normalizer normalizer =
        switch (type) {
          case "BertNormalizer" -> {
            boolean lowercase = json.bool("lowercase");
            yield new Normalizer.Bert(
                json.bool("clean_text"),
                json.bool("handle_chinese_chars"),
                json.optionalBool("strip_accents").orElse(lowercase),
                lowercase);
          }
          case "Lowercase" -> new Normalizer.Lowercase();
          case "StripAccents" -> new Normalizer.StripAccents();
          case "NFC" -> UnicodeForm.NFC;
          case "NFD" -> UnicodeForm.NFD;
          case "NFKC" -> UnicodeForm.NFKC;
          case "NFKD" -> UnicodeForm.NFKD;
          case "Sequence" -> {
            List<Normalizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("normalizers")) {
              parts.add(normalizer(part));
            }
            yield new Normalizer.Sequence(parts);
          }
          default ->
              throw json.unsupported(
                  type, "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Sequence, StripAccents");
        };
    json.end();
    return normalizer;
  }

  private static PreTokenizer preTokenizer(JsonObject json) throws IOException {
    String type = json.string("type");
    PreTokenizer preTokenizer =
        switch (type) {
          case "BertPreTokenizer" -> new PreTokenizer.Bert();
          case "Whitespace" -> new PreTokenizer.Whitespace();
          case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
          case "Sequence" -> {
            List<PreTokenizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("pretokenizers")) {
              parts.add(preTokenizer(part));
            }
            yield new PreTokenizer.Sequence(parts);
          }
          default ->
              throw json.unsupported(
                  type, "BertPreTokenizer, Sequence, Whitespace, WhitespaceSplit");
        };
    json.end();
    return preTokenizer;
  }

  private static Decoder decoder(JsonObject json) throws IOException {
    String type = json.string("type");
    if (!type.equals("WordPiece")) {
      throw json.unsupported(type, "WordPiece");
    }
    Decoder decoder = new Decoder.WordPiece(json.string("prefix"), json.bool("cleanup"));
    json.end();
    return decoder;
  }

  private static PostProcessor postProcessor(JsonObject json) throws IOException {
    String type = json.string("type");
    PostProcessor postProcessor =
        switch (type) {
          case "BertProcessing" ->
              PostProcessor.Template.bert(tokenAndId(json, "cls"), tokenAndId(json, "sep"));
          case "TemplateProcessing" -> {
            Map<String, JsonObject> specials = new HashMap<>();
            JsonObject map = json.object("special_tokens");
            for (String key : map.keys()) {
              specials.put(key, map.object(key));
            }
            yield new PostProcessor.Template(
                template(json, "single", specials), template(json, "pair", specials));
          }
          default -> throw json.unsupported(type, "BertProcessing, TemplateProcessing");
        };
    json.end();
    return postProcessor;
  }

  private static Part.Special tokenAndId(JsonObject json, String key) throws IOException {
    JsonNode pair = json.value(key);
    boolean valid =
        pair.isArray()
            && pair.size() == 2
            && pair.get(0).isString()
            && pair.get(1).isIntegralNumber()
            && pair.get(1).canConvertToInt()
            && pair.get(1).intValue() >= 0;
    if (!valid) {
      throw json.error("key \"" + key + "\" must be [token, id]");
    }
    return new Part.Special(pair.get(0).stringValue(), pair.get(1).intValue(), 0);
  }

  private static List<Part> template(
      JsonObject json, String key, Map<String, JsonObject> specials) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (JsonObject piece : json.objects(key)) {
      if (piece.has("Sequence")) {
        JsonObject sequence = piece.object("Sequence");
        String id = sequence.string("id");
        boolean second = id.equals("B") && key.equals("pair");
        if (!id.equals("A") && !second) {
          throw sequence.error("id \"" + id + "\" is no text of \"" + key + "\"");
        }
        parts.add(new Part.Text(second ? 1 : 0, sequence.count("type_id")));
        sequence.end();
      } else {
        JsonObject special = piece.object("SpecialToken");
        addSpecial(parts, special, specials);
        special.end();
      }
      piece.end();
    }
    return parts;
  }

  private static void addSpecial(
      List<Part> parts, JsonObject special, Map<String, JsonObject> specials) throws IOException {
    String name = special.string("id");
    JsonObject definition = specials.get(name);
    if (definition == null) {
      throw special.error("id \"" + name + "\" is not among special_tokens");
    }
    String repeated = definition.string("id");
    List<Integer> ids = definition.counts("ids");
    List<String> tokens = definition.strings("tokens");
    definition.end();
    if (!repeated.equals(name) || ids.size() != tokens.size()) {
      throw definition.error(
          "must repeat its id and have as many ids as tokens, got id \"%s\", %d ids, %d tokens"
              .formatted(repeated, ids.size(), tokens.size()));
    }
    int typeId = special.count("type_id");
    for (int i = 0; i < ids.size(); i++) {
      parts.add(new Part.Special(tokens.get(i), ids.get(i), typeId));
    }
  }

  private static AddedTokens addedTokens(
      JsonObject top, Vocabulary vocabulary, @Nullable Normalizer normalizer) throws IOException {
    List<AddedToken> tokens = new ArrayList<>();
    int next = vocabulary.size();
    if (!top.isNull("added_tokens")) {
      for (JsonObject json : top.objects("added_tokens")) {
        AddedToken token =
            new AddedToken(
                json.count("id"),
                json.string("content"),
                json.bool("single_word"),
                json.bool("lstrip"),
                json.bool("rstrip"),
                json.bool("normalized"),
                json.bool("special"));
        json.end();
        int known = vocabulary.id(token.content());
        int expected = known == Trie.NO_ID ? next++ : known;
        if (token.id() != expected) {
          throw json.error(
              "token \"%s\" has id %d, but %s %d"
                  .formatted(
                      token.content(),
                      token.id(),
                      known == Trie.NO_ID ? "the next free id is" : "the vocabulary gives it",
                      expected));
        }
        tokens.add(token);
      }
    }
    try {
      return new AddedTokens(tokens, normalizer);
    } catch (IllegalArgumentException e) {
      throw new IOException(top.file() + ": added_tokens: " + e.getMessage(), e);
    }
  }

  private static Truncation truncation(JsonObject json, PostProcessor postProcessor)
      throws IOException {
    Truncation.Direction direction =
        json.isNull("direction") ? Truncation.Direction.RIGHT : direction(json);
    String strategy = json.string("strategy");
    Truncation truncation =
        new Truncation(
            direction,
            json.count("max_length"),
            switch (strategy) {
              case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
              case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
              case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
              default ->
                  throw json.unsupported(strategy, "strategy LongestFirst, OnlyFirst, OnlySecond");
            },
            json.count("stride"));
    json.end();
    long special = postProcessor.single().stream().filter(Part.Special.class::isInstance).count();
    if (truncation.maxLength() < special) {
      throw json.error(
          "max_length %d leaves no room for the %d special tokens"
              .formatted(truncation.maxLength(), special));
    }
    return truncation;
  }

  private static Padding padding(JsonObject json) throws IOException {
    OptionalInt fixed;
    JsonNode strategy = json.value("strategy");
    if (strategy.isString() && strategy.stringValue().equals("BatchLongest")) {
      fixed = OptionalInt.empty();
    } else {
      JsonObject of = json.object("strategy");
      fixed = OptionalInt.of(of.count("Fixed"));
      of.end();
    }
    Padding padding =
        new Padding(
            fixed,
            direction(json),
            json.optionalCount("pad_to_multiple_of"),
            json.count("pad_id"),
            json.count("pad_type_id"),
            json.string("pad_token"));
    json.end();
    return padding;
  }

  private static Truncation.Direction direction(JsonObject json) throws IOException {
    String direction = json.string("direction");
    return switch (direction) {
      case "Left" -> Truncation.Direction.LEFT;
      case "Right" -> Truncation.Direction.RIGHT;
      default ->
          throw json.error("direction \"" + direction + "\" is unknown, expected Left or Right");
    };
  }
}
