package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the {@code model} of a tokenizer.json. Its large tables are streamed as they come, the rest
 * is small and read as a tree; a model is built when all of it is there, whatever the order.
 */
final class ModelJson {
  /** About what an entry of a vocabulary takes in the file; sizes its tables. */
  private static final int BYTES_A_TOKEN = 20;

  private final Path file;
  private final ObjectNode small = JsonNodeFactory.instance.objectNode();
  private @Nullable Vocabulary vocabulary;

  ModelJson(Path file) {
    this.file = file;
  }

  /** Reads on from a parser that stands on the start of the model's object to its end. */
  void stream(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (small.has(key) || (key.equals("vocab") && vocabulary != null)) {
        throw new IOException(file + ": model key \"" + OneLine.of(key) + "\" is there twice");
      }
      if (key.equals("vocab") && parser.currentToken() == JsonToken.START_OBJECT) {
        vocabulary = streamVocabulary(parser);
      } else {
        small.set(key, JsonFile.tree(parser));
      }
    }
  }

  private Vocabulary streamVocabulary(JsonParser parser) throws IOException {
    Vocabulary tokens = new Vocabulary((int) Math.min(1 << 20, Files.size(file) / BYTES_A_TOKEN));
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new IOException(
            "%s: model.vocab: the id of token \"%s\" is no whole number, %s"
                .formatted(file, OneLine.of(token), JsonFile.place(parser)));
      }
      String problem = tokens.add(token, parser.getLongValue());
      if (problem != null) {
        throw new IOException(
            file + ": model.vocab: " + OneLine.of(problem) + ", " + JsonFile.place(parser));
      }
    }
    return tokens;
  }

  /** The model, once all is read. */
  Model build() throws IOException {
    JsonObject json = JsonObject.of(file, "model", small);
    String type = type(json);
    return switch (type) {
      case "WordPiece" -> wordPiece(json);
      case "WordLevel" -> wordLevel(json);
      default -> throw json.unsupported(type, "WordLevel, WordPiece");
    };
  }

  /** Files of 2020 have no type here: the keys tell. */
  private static String type(JsonObject json) throws IOException {
    if (json.isNull("type") && json.has("max_input_chars_per_word")) {
      return "WordPiece";
    }
    return json.string("type");
  }

  private Model wordPiece(JsonObject json) throws IOException {
    String prefix = json.string("continuing_subword_prefix");
    int maxChars = json.count("max_input_chars_per_word");
    String unknown = json.string("unk_token");
    json.end();
    Vocabulary tokens = vocabulary(json);
    int id = tokens.id(unknown);
    if (id == Trie.NO_ID) {
      throw json.error("unk_token \"" + unknown + "\" is not in the vocabulary");
    }
    return new WordPiece(tokens, id, prefix, maxChars);
  }

  private Model wordLevel(JsonObject json) throws IOException {
    String unknown = json.string("unk_token");
    json.end();
    Vocabulary tokens = vocabulary(json);
    return new WordLevel(tokens, tokens.id(unknown), unknown);
  }

  /** The vocabulary that maps tokens to ids. */
  private Vocabulary vocabulary(JsonObject json) throws IOException {
    if (vocabulary == null) {
      throw json.error("has no \"vocab\"");
    }
    return vocabulary;
  }
}
