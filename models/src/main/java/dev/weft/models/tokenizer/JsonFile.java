package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Opens JSON files and turns Jackson's exceptions into one line with path and place. */
final class JsonFile {
  /** Names are not interned: a vocabulary would fill the table with keys seen once. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // trees are parts of a file
          .build();

  /** Reads from a parser that stands on the first token. */
  interface Reader<T> {
    T read(JsonParser parser) throws IOException;
  }

  private JsonFile() {}

  /** Reads a file that holds one JSON object and nothing else. */
  static <T> T read(Path file, Reader<T> reader) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      try {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw new IOException(file + ": must be a JSON object");
        }
        T value = reader.read(parser);
        if (parser.nextToken() != null) {
          throw new IOException(file + ": something follows the JSON object, " + place(parser));
        }
        return value;
      } catch (JacksonException e) {
        String reason = e.getOriginalMessage().lines().findFirst().orElse("");
        throw new IOException(file + ": not valid JSON, " + place(parser) + ": " + reason, e);
      }
    }
  }

  /** The value the parser stands on, whole. */
  static JsonNode tree(JsonParser parser) {
    return MAPPER.readTree(parser);
  }

  /** Where the parser stands. */
  static String place(JsonParser parser) {
    TokenStreamLocation at = parser.currentLocation();
    return "line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
  }
}
