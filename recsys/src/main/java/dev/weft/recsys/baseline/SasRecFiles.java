package dev.weft.recsys.baseline;

import dev.weft.models.CheckpointSource;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.AtomicFile;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A {@link SasRec} as a directory: {@value #CONFIG} and {@value #WEIGHTS}. */
final class SasRecFiles {
  private static final String CONFIG = "sasrec.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final Set<String> KEYS =
      new TreeSet<>(
          List.of(
              "hidden_size",
              "n_layers",
              "n_heads",
              "inner_size",
              "hidden_dropout_prob",
              "attn_dropout_prob",
              "MAX_ITEM_LIST_LENGTH",
              "item_ids"));
  private static final JsonMapper JSON = JsonMapper.shared();

  private SasRecFiles() {}

  static void write(SasRec model, Path directory) throws IOException {
    Files.createDirectories(directory);
    SasRecConfig config = model.config();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("hidden_size", config.hiddenSize());
    json.put("n_layers", config.layers());
    json.put("n_heads", config.heads());
    json.put("inner_size", config.innerSize());
    json.put("hidden_dropout_prob", config.hiddenDropout());
    json.put("attn_dropout_prob", config.attentionDropout());
    json.put("MAX_ITEM_LIST_LENGTH", config.maxLength());
    model.itemIds().forEach(json.putArray("item_ids")::add);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.network().parameters()) {
      tensors.put(parameter.name(), parameter.tensor());
    }
    AtomicFile.write(directory.resolve(CONFIG), json.toString().getBytes(StandardCharsets.UTF_8));
    SafeTensors.write(directory.resolve(WEIGHTS), tensors, Map.of());
  }

  static SasRec read(Path directory) throws IOException {
    Path file = directory.resolve(CONFIG);
    ObjectNode json = object(file);
    SasRecConfig config;
    try {
      config =
          new SasRecConfig(
              integer(file, json, "hidden_size"),
              integer(file, json, "n_layers"),
              integer(file, json, "n_heads"),
              integer(file, json, "inner_size"),
              number(file, json, "hidden_dropout_prob"),
              number(file, json, "attn_dropout_prob"),
              integer(file, json, "MAX_ITEM_LIST_LENGTH"));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode id : value(file, json, "item_ids", JsonNode::isArray, "an array")) {
      if (!id.isString()) {
        throw new IOException(file + ": item_ids " + ids.size() + ": expected a string, got " + id);
      }
      ids.add(id.stringValue());
    }
    try (Checkpoint checkpoint = Checkpoint.open(directory.resolve(WEIGHTS))) {
      CheckpointSource source = new CheckpointSource(checkpoint, "");
      SasRec model = new SasRec(config, ids, Params.from(source));
      source.finish(name -> false);
      model.network().parameters().forEach(Parameter::own);
      return model;
    }
  }

  private static ObjectNode object(Path file) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new IOException(file + ": expected an object, got " + node.getNodeType());
    }
    for (String key : object.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw new IOException(file + ": " + key + " is not among the known keys " + KEYS);
      }
    }
    return object;
  }

  private interface Test {
    boolean holds(JsonNode node);
  }

  private static JsonNode value(Path file, ObjectNode json, String key, Test test, String expected)
      throws IOException {
    JsonNode node = json.get(key);
    if (node == null || !test.holds(node)) {
      throw new IOException(file + ": " + key + ": expected " + expected + ", got " + node);
    }
    return node;
  }

  private static int integer(Path file, ObjectNode json, String key) throws IOException {
    return value(file, json, key, n -> n.isInt(), "an integer").intValue();
  }

  private static double number(Path file, ObjectNode json, String key) throws IOException {
    return value(file, json, key, n -> n.isNumber(), "a number").doubleValue();
  }
}
