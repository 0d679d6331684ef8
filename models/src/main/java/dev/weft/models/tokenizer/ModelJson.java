package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
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
  private final Set<String> seen = new HashSet<>();
  private @Nullable ScoredTokens scored;
  private @Nullable List<String> merges;

  ModelJson(Path file) {
    this.file = file;
  }

  /** Reads on from a parser that stands on the start of the model's object to its end. */
  void stream(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (!seen.add(key)) {
        throw new IOException(file + ": model key \"" + OneLine.of(key) + "\" is there twice");
      }
      JsonToken value = parser.currentToken();
      if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
        vocabulary = streamVocabulary(parser);
      } else if (key.equals("vocab") && value == JsonToken.START_ARRAY) {
        scored = streamScores(parser);
      } else if (key.equals("merges") && value == JsonToken.START_ARRAY) {
        merges = streamMerges(parser);
      } else {
        small.set(key, JsonFile.tree(parser));
      }
    }
  }

  /** A list of [token, score]. */
  private ScoredTokens streamScores(JsonParser parser) throws IOException {
    ScoredTokens tokens = new ScoredTokens(expectedTokens());
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean pair =
          parser.currentToken() == JsonToken.START_ARRAY
              && parser.nextToken() == JsonToken.VALUE_STRING;
      String token = pair ? parser.getString() : "";
      if (!pair || !parser.nextToken().isNumeric()) {
        throw new IOException(
            file + ": model.vocab: expected [token, score], " + JsonFile.place(parser));
      }
      double score = parser.getDoubleValue();
      String problem =
          parser.nextToken() == JsonToken.END_ARRAY
              ? tokens.add(token, score)
              : "more than a token and its score";
      if (problem != null) {
        throw new IOException(file + ": model.vocab: " + problem + ", " + JsonFile.place(parser));
      }
    }
    return tokens;
  }

  /** Merges as "left right", or as [left, right]: both parts in turn. */
  private List<String> streamMerges(JsonParser parser) throws IOException {
    List<String> parts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int before = parts.size();
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        if (MergesTxt.isComment(parser.getString())) {
          continue;
        }
        MergesTxt.add(parser.getString(), parts);
      } else if (parser.currentToken() == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
          parts.add(parser.getString());
        }
      }
      if (parts.size() != before + 2
          || (parser.currentToken() != JsonToken.END_ARRAY
              && parser.currentToken() != JsonToken.VALUE_STRING)) {
        throw new IOException(
            file + ": model.merges: expected two tokens, " + JsonFile.place(parser));
      }
    }
    return parts;
  }

  private int expectedTokens() throws IOException {
    return (int) Math.min(1 << 20, Files.size(file) / BYTES_A_TOKEN);
  }

  private Vocabulary streamVocabulary(JsonParser parser) throws IOException {
    Vocabulary tokens = new Vocabulary(expectedTokens());
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
      case "BPE" -> bpe(json);
      case "Unigram" -> unigram(json);
      case "WordPiece" -> wordPiece(json);
      case "WordLevel" -> wordLevel(json);
      default -> throw json.unsupported(type, "BPE, Unigram, WordLevel, WordPiece");
    };
  }

  /** Files of 2020 have no type here: the keys tell. */
  private String type(JsonObject json) throws IOException {
    if (json.isNull("type") && json.has("max_input_chars_per_word")) {
      return "WordPiece";
    }
    if (json.isNull("type") && scored != null) {
      return "Unigram";
    }
    if (json.isNull("type") && merges != null) {
      return "BPE";
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

  private Model bpe(JsonObject json) throws IOException {
    if (!json.isNull("dropout")) {
      JsonNode dropout = json.value("dropout");
      if (!dropout.isNumber() || dropout.doubleValue() != 0) {
        throw json.error(
            "dropout " + dropout + " is not supported, expected null or 0: it is for training");
      }
    }
    json.harmless("dropout");
    Bpe.Options options =
        new Bpe.Options(
            json.isNull("unk_token") ? null : json.string("unk_token"),
            json.isNull("continuing_subword_prefix")
                ? ""
                : json.string("continuing_subword_prefix"),
            json.isNull("end_of_word_suffix") ? "" : json.string("end_of_word_suffix"),
            json.bool("fuse_unk", false),
            json.bool("byte_fallback", false),
            json.bool("ignore_merges", false));
    List.of("type", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")
        .forEach(json::harmless);
    json.end();
    if (merges == null) {
      throw json.error("has no \"merges\"");
    }
    try {
      return Bpe.of(vocabulary(json), merges, options);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": model.merges: " + e.getMessage(), e);
    }
  }

  private Model unigram(JsonObject json) throws IOException {
    int unknown = json.optionalCount("unk_id").orElse(Trie.NO_ID);
    boolean byteFallback = json.bool("byte_fallback", false);
    json.harmless("type");
    json.end();
    if (scored == null) {
      throw json.error("has no \"vocab\" of [token, score]");
    }
    try {
      return scored.unigram(unknown, byteFallback);
    } catch (IllegalArgumentException e) {
      throw json.error(String.valueOf(e.getMessage()));
    }
  }

  /** The vocabulary that maps tokens to ids. */
  private Vocabulary vocabulary(JsonObject json) throws IOException {
    if (vocabulary == null) {
      throw json.error("has no \"vocab\"");
    }
    return vocabulary;
  }
}
