package dev.weft.tensor.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * A {@code model.safetensors.index.json}: which shard beside it holds which tensor.
 *
 * @param shards file name of the shard by tensor name, in the order of the file
 */
record ShardIndex(Path file, SequencedMap<String, String> shards) {

  static ShardIndex read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > SafeTensorsHeader.MAX_BYTES) {
      throw new SafeTensorsException(
          file, "index of " + bytes + " bytes exceeds the limit of " + SafeTensorsHeader.MAX_BYTES);
    }
    try (var text = Files.newBufferedReader(file);
        JsonParser parser = HeaderParser.JSON.createParser(ObjectReadContext.empty(), text)) {
      return new ShardIndex(file, weightMap(file, parser));
    } catch (JacksonException e) {
      throw new SafeTensorsException(
          file, "not JSON: " + SafeTensorsException.quote(e.getOriginalMessage()));
    }
  }

  private static SequencedMap<String, String> weightMap(Path file, JsonParser parser)
      throws SafeTensorsException {
    SequencedMap<String, String> shards = new LinkedHashMap<>();
    boolean found = false;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new SafeTensorsException(file, "expected an object, got " + parser.currentToken());
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!key.equals("weight_map")) {
        parser.skipChildren();
        continue;
      }
      if (found || value != JsonToken.START_OBJECT) {
        throw new SafeTensorsException(file, "expected one object weight_map");
      }
      found = true;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        add(file, shards, parser.currentName(), parser);
      }
    }
    if (parser.nextToken() != null) {
      throw new SafeTensorsException(file, "expected nothing after the last brace");
    }
    if (!found) {
      throw new SafeTensorsException(file, "weight_map is missing");
    }
    return shards;
  }

  private static void add(
      Path file, SequencedMap<String, String> shards, String tensor, JsonParser parser)
      throws SafeTensorsException {
    String name = SafeTensorsException.quote(tensor);
    if (parser.nextToken() != JsonToken.VALUE_STRING) {
      throw new SafeTensorsException(
          file, name + ": expected a file name, got " + parser.currentToken());
    }
    String shard = parser.getString();
    // A shard lies beside its index; anything else could reach outside the model's directory.
    if (!shard.endsWith(".safetensors")
        || shard.contains("/")
        || shard.contains("\\")
        || shard.chars().anyMatch(Character::isISOControl)) {
      throw new SafeTensorsException(
          file,
          name
              + ": expected a .safetensors file beside the index, got "
              + SafeTensorsException.quote(shard));
    }
    if (shards.putIfAbsent(tensor, shard) != null) {
      throw new SafeTensorsException(file, name + " twice in weight_map");
    }
  }
}
