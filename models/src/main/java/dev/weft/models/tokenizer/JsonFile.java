package dev.weft.models.tokenizer;

import dev.weft.models.json.JsonTree;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** Opens the JSON files of a tokenizer, each of which is one object. */
final class JsonFile {
  private JsonFile() {}

  /** Reads a file that holds one JSON object and nothing else. */
  static <T> T read(Path file, JsonTree.Reader<T> reader) throws IOException {
    return JsonTree.read(
        file,
        parser -> {
          if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException(file + ": must be a JSON object");
          }
          return reader.read(parser);
        });
  }

  /** The value the parser stands on, whole. */
  static JsonNode tree(JsonParser parser) {
    return JsonTree.tree(parser);
  }

  /** Where the parser stands. */
  static String place(JsonParser parser) {
    return JsonTree.place(parser);
  }
}
