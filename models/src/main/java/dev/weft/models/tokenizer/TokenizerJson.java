package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import dev.weft.models.tokenizer.Tokenizer.Components;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
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
  private @Nullable ModelJson model;

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
        throw new IOException(file + ": unknown key \"" + OneLine.of(key) + "\"");
      }
      if (small.has(key)) {
        throw new IOException(file + ": key \"" + OneLine.of(key) + "\" is there twice");
      }
      parser.nextToken();
      if (key.equals("model") && parser.currentToken() == JsonToken.START_OBJECT) {
        model = new ModelJson(file);
        model.stream(parser);
        small.putNull(key);
      } else {
        small.set(key, JsonFile.tree(parser));
      }
    }
    return this;
  }

  private Components components(SpecialNames names) throws IOException {
    JsonObject top = JsonObject.of(file, "tokenizer", small);
    if (top.has("version") && !top.string("version").equals("1.0")) {
      throw top.error("version \"" + top.string("version") + "\" is unknown, expected \"1.0\"");
    }
    Model model = model();
    Normalizer normalizer =
        top.isNull("normalizer") ? null : NormalizerJson.read(part("normalizer"));
    PreTokenizer preTokenizer =
        top.isNull("pre_tokenizer")
            ? new PreTokenizer.None()
            : PreTokenizerJson.read(part("pre_tokenizer"));
    PostProcessor postProcessor =
        top.isNull("post_processor")
            ? PostProcessor.BARE
            : PostProcessorJson.read(part("post_processor"));
    Decoder decoder =
        top.isNull("decoder") ? new Decoder.Spaces() : DecoderJson.read(part("decoder"));
    AddedTokens added = addedTokens(top, model.vocabulary(), normalizer);
    Truncation truncation =
        top.isNull("truncation") ? null : LengthJson.truncation(part("truncation"), postProcessor);
    Padding padding = top.isNull("padding") ? null : LengthJson.padding(part("padding"));
    return new Components(
        normalizer, preTokenizer, model, postProcessor, decoder, added, truncation, padding, names);
  }

  private JsonObject part(String key) throws IOException {
    return JsonObject.of(file, key, small.get(key));
  }

  private Model model() throws IOException {
    if (!small.has("model")) {
      throw new IOException(file + ": has no \"model\"");
    }
    if (model == null) {
      throw part("model").error("must be an object"); // part() itself refuses what is none
    }
    return model.build();
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
      throw new IOException(
          top.file() + ": added_tokens: " + OneLine.of(String.valueOf(e.getMessage())), e);
    }
  }
}
