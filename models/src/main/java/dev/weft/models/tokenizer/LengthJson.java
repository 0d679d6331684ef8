package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import java.io.IOException;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads the truncation and the padding of a tokenizer.json. */
final class LengthJson {
  private LengthJson() {}

  static Truncation truncation(JsonObject json, PostProcessor postProcessor) throws IOException {
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

  static Padding padding(JsonObject json) throws IOException {
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
