package dev.weft.lora;

import dev.weft.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code adapter_config.json}: each key of PEFT 0.21 in exactly one of three lists. */
final class LoraConfigFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private static final String VERSION = "0.21.0";

  private static final String FAN_IN_FAN_OUT = "fan_in_fan_out";

  /** Keys that are components of {@link LoraConfig}. */
  private static final Set<String> HONOURED =
      Set.of(
          "base_model_name_or_path",
          "lora_alpha",
          "lora_dropout",
          "r",
          "target_modules",
          "use_rslora");

  /** Keys that change no output of a loaded adapter, and what is written for them. */
  private static final Map<String, String> HARMLESS =
      Map.of(
          "auto_mapping",
          "null", // which Python class the base model was
          FAN_IN_FAN_OUT,
          "false", // the layer's class says how its weight lies, also to PEFT
          "inference_mode",
          "true", // a Run says whether it trains
          "megatron_core",
          "\"megatron.core\"", // read with megatron_config alone
          "peft_version",
          "\"" + VERSION + "\"",
          "qalora_group_size",
          "16", // read with use_qalora alone
          "revision",
          "null", // of the base model
          "task_type",
          "null"); // which Python class wraps the base model

  /** Keys with one accepted value. */
  private static final Map<String, String> PINNED =
      Map.ofEntries(
          Map.entry("alora_invocation_tokens", "null"),
          Map.entry("alpha_pattern", "{}"),
          Map.entry("arrow_config", "null"),
          Map.entry("bias", "\"none\""),
          Map.entry("corda_config", "null"),
          Map.entry("ensure_weight_tying", "false"),
          Map.entry("eva_config", "null"),
          Map.entry("exclude_modules", "null"),
          Map.entry("init_lora_weights", "true"),
          Map.entry("kasa_config", "null"),
          Map.entry("layer_replication", "null"),
          Map.entry("layers_pattern", "null"),
          Map.entry("layers_to_transform", "null"),
          Map.entry("loftq_config", "{}"),
          Map.entry("lora_bias", "false"),
          Map.entry("lora_ga_config", "null"),
          Map.entry("megatron_config", "null"),
          Map.entry("modules_to_save", "null"),
          Map.entry("monteclora_config", "null"),
          Map.entry("peft_type", "\"LORA\""),
          Map.entry("rank_pattern", "{}"),
          Map.entry("target_parameters", "null"),
          Map.entry("trainable_token_indices", "null"),
          Map.entry("use_bdlora", "null"),
          Map.entry("use_dora", "false"),
          Map.entry("use_qalora", "false"),
          Map.entry("velora_config", "null"));

  private LoraConfigFile() {}

  static LoraConfig read(Path file) throws IOException {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new IOException(
          file + ": not valid JSON, line " + e.getLocation().getLineNr() + ": " + reason, e);
    }
    if (!root.isObject()) {
      throw new IOException(file + ": expected a JSON object");
    }
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      String key = entry.getKey();
      String value = entry.getValue().toString();
      String pinned = PINNED.get(key);
      if (pinned != null) {
        if (!value.equals(pinned)) {
          refused.add(key + " " + value + ", expected " + pinned);
        }
      } else if (!HONOURED.contains(key) && !HARMLESS.containsKey(key)) {
        refused.add(key + " is not known");
      }
    }
    if (!refused.isEmpty()) {
      throw new IOException(file + ": not supported: " + String.join("; ", refused));
    }
    try {
      return config(root);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static LoraConfig config(JsonNode root) {
    JsonNode base = root.path("base_model_name_or_path");
    JsonNode rslora = root.path("use_rslora");
    if (!rslora.isMissingNode() && !rslora.isBoolean()) {
      throw wrong("use_rslora", rslora, "true or false");
    }
    JsonNode r = root.path("r");
    if (!r.isInt()) {
      throw wrong("r", r, "an integer");
    }
    return new LoraConfig(
        r.intValue(),
        number(root, "lora_alpha"),
        number(root, "lora_dropout"),
        targets(root.path("target_modules")),
        rslora.isBoolean() && rslora.booleanValue(),
        base.isString() ? Optional.of(base.stringValue()) : Optional.empty());
  }

  private static double number(JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (!value.isNumber()) {
      throw wrong(key, value, "a number");
    }
    return value.doubleValue();
  }

  private static TargetModules targets(JsonNode value) {
    if (value.isString()) {
      return new TargetModules.Regex(value.stringValue());
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : value) {
      names.add(name.isString() ? name.stringValue() : "");
    }
    if (!value.isArray() || names.contains("")) {
      throw wrong("target_modules", value, "names or a regular expression");
    }
    return new TargetModules.Names(names);
  }

  private static IllegalArgumentException wrong(String key, JsonNode value, String expected) {
    return new IllegalArgumentException(
        key + (value.isMissingNode() ? " is missing" : " " + value) + ": expected " + expected);
  }

  static void write(Path file, LoraConfig config, boolean fanInFanOut) throws IOException {
    TreeMap<String, JsonNode> keys = new TreeMap<>();
    HARMLESS.forEach((key, value) -> keys.put(key, MAPPER.readTree(value)));
    PINNED.forEach((key, value) -> keys.put(key, MAPPER.readTree(value)));
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    keys.put(
        "base_model_name_or_path",
        config.baseModel().<JsonNode>map(nodes::stringNode).orElse(nodes.nullNode()));
    double alpha = config.loraAlpha();
    keys.put(
        "lora_alpha",
        alpha == Math.rint(alpha) ? nodes.numberNode((long) alpha) : nodes.numberNode(alpha));
    keys.put("lora_dropout", nodes.numberNode(config.loraDropout()));
    keys.put("r", nodes.numberNode(config.r()));
    keys.put(
        "target_modules",
        switch (config.targetModules()) {
          case TargetModules.Names(List<String> names) -> {
            var list = nodes.arrayNode();
            names.forEach(list::add);
            yield list;
          }
          case TargetModules.Regex(String regex) -> nodes.stringNode(regex);
        });
    keys.put("use_rslora", nodes.booleanNode(config.useRslora()));
    keys.put(FAN_IN_FAN_OUT, nodes.booleanNode(fanInFanOut));
    String text = MAPPER.writer().with(python()).writeValueAsString(keys);
    AtomicFile.write(file, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The layout of Python's {@code json.dumps(..., indent=2)}. */
  private static DefaultPrettyPrinter python() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    return new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
  }
}
