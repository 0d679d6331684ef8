package dev.weft.models;

import dev.weft.models.json.JsonTree;
import dev.weft.models.json.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A {@code config.json} as it is being read: every key is either read, accepted as harmless, or
 * pinned to one value, and {@link #finish} refuses what is left by name.
 */
public final class ConfigJson {
  /** Defaults of generation, which older configs hold. */
  private static final String[] GENERATION = {
    "bad_words_ids",
    "diversity_penalty",
    "do_sample",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "length_penalty",
    "max_length",
    "min_length",
    "no_repeat_ngram_size",
    "num_beam_groups",
    "num_beams",
    "num_return_sequences",
    "remove_invalid_values",
    "repetition_penalty",
    "temperature",
    "top_k",
    "top_p",
    "typical_p"
  };

  private final Path path;
  private final JsonNode root;
  private final Set<String> left = new TreeSet<>();

  private ConfigJson(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
    left.addAll(root.propertyNames());
  }

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read or is not one JSON object
   */
  public static ConfigJson read(Path path) throws IOException {
    return of(path, JsonTree.read(path));
  }

  /**
   * Reads a file that holds an array of objects.
   *
   * @throws IOException when it cannot be read or is not one array of objects
   */
  public static List<ConfigJson> readAll(Path path) throws IOException {
    JsonNode root = JsonTree.read(path);
    if (!root.isArray()) {
      throw new IOException(path + ": expected a JSON array of objects");
    }
    List<ConfigJson> all = new ArrayList<>();
    for (JsonNode element : root) {
      all.add(of(path, element));
    }
    return all;
  }

  private static ConfigJson of(Path path, JsonNode node) throws IOException {
    if (!node.isObject()) {
      throw new IOException(path + ": expected a JSON object, got " + OneLine.of(node.toString()));
    }
    return new ConfigJson(path, node);
  }

  /** An error in this file. */
  public IOException error(String problem) {
    return new IOException(path + ": " + OneLine.of(problem));
  }

  /** A value in this file that was refused. */
  public IOException error(IllegalArgumentException refusal) {
    return new IOException(path + ": " + OneLine.of(String.valueOf(refusal.getMessage())), refusal);
  }

  /** Whether the key is there with a value other than null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** Whether the key is there, if only with null. */
  public boolean names(String key) {
    left.remove(key);
    return root.has(key);
  }

  /** A required whole number. */
  public int integer(String key) throws IOException {
    JsonNode node = value(key);
    if (!node.isInt()) {
      throw wrong(key, "a whole number", node);
    }
    return node.intValue();
  }

  /** A whole number, or {@code otherwise} where the key is absent. */
  public int integer(String key, int otherwise) throws IOException {
    return has(key) ? integer(key) : otherwise(key, otherwise);
  }

  /** A number, or {@code otherwise} where the key is absent. */
  public double number(String key, double otherwise) throws IOException {
    if (!has(key)) {
      return otherwise(key, otherwise);
    }
    JsonNode node = value(key);
    if (!isFinite(node)) {
      throw wrong(key, "a finite number", node);
    }
    return node.doubleValue();
  }

  /** A required text. */
  public String text(String key) throws IOException {
    JsonNode node = value(key);
    if (!node.isString()) {
      throw wrong(key, "a text", node);
    }
    return node.stringValue();
  }

  /** A text, or {@code otherwise} where the key is absent. */
  public String text(String key, String otherwise) throws IOException {
    return has(key) ? text(key) : otherwise(key, otherwise);
  }

  /**
   * The text in an array of one; empty where the key is absent.
   *
   * @throws IOException when it is something else
   */
  public Optional<String> onlyText(String key) throws IOException {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode node = value(key);
    if (!node.isArray() || node.size() != 1 || !node.get(0).isString()) {
      throw wrong(key, "an array of one text", node);
    }
    return Optional.of(node.get(0).stringValue());
  }

  /** Texts; empty where the key is absent. */
  public List<String> texts(String key) throws IOException {
    left.remove(key);
    List<String> texts = new ArrayList<>();
    if (has(key)) {
      JsonNode node = value(key);
      for (JsonNode element : node) {
        if (!element.isString()) {
          throw wrong(key, "an array of texts", node);
        }
        texts.add(element.stringValue());
      }
      if (!node.isArray()) {
        throw wrong(key, "an array of texts", node);
      }
    }
    return texts;
  }

  /** Whole numbers, of which one may stand without an array; empty where the key is absent. */
  public List<Integer> integers(String key) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    left.remove(key);
    if (has(key)) {
      JsonNode node = value(key);
      for (JsonNode element : node.isArray() ? node : List.of(node)) {
        if (!element.isInt()) {
          throw wrong(key, "a whole number or an array of them", node);
        }
        numbers.add(element.intValue());
      }
    }
    return numbers;
  }

  /** Numbers; empty where the key is absent. */
  public double[] numbers(String key) throws IOException {
    left.remove(key);
    if (!has(key)) {
      return new double[0];
    }
    JsonNode node = value(key);
    double[] numbers = new double[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!node.isArray() || !isFinite(node.get(i))) {
        throw wrong(key, "an array of finite numbers", node);
      }
      numbers[i] = node.get(i).doubleValue();
    }
    return numbers;
  }

  /**
   * An object, whose keys are then accounted for by its own {@link #finish}; empty where the key is
   * absent.
   */
  public Optional<ConfigJson> object(String key) throws IOException {
    left.remove(key);
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode node = value(key);
    if (!node.isObject()) {
      throw wrong(key, "an object", node);
    }
    return Optional.of(new ConfigJson(path, node));
  }

  /** An object of no keys in the same file. */
  public ConfigJson empty() {
    return new ConfigJson(path, JsonNodeFactory.instance.objectNode());
  }

  /** The keys that nobody asked for yet. */
  public Set<String> unread() {
    return Set.copyOf(left);
  }

  /** A truth value, or {@code otherwise} where the key is absent. */
  public boolean flag(String key, boolean otherwise) throws IOException {
    if (!has(key)) {
      return otherwise(key, otherwise);
    }
    JsonNode node = value(key);
    if (!node.isBoolean()) {
      throw wrong(key, "true or false", node);
    }
    return node.booleanValue();
  }

  /** How many entries an object has; empty where the key is absent. */
  public OptionalInt size(String key) throws IOException {
    if (!has(key)) {
      otherwise(key, 0);
      return OptionalInt.empty();
    }
    JsonNode node = value(key);
    if (!node.isObject()) {
      throw wrong(key, "an object", node);
    }
    return OptionalInt.of(node.size());
  }

  /**
   * Accepts what transformers writes into any config and what does not change a forward pass: where
   * the model comes from, its classes, special tokens, what a call returns, how it was trained and
   * how it generates by default. What would change it is pinned.
   */
  public void general() throws IOException {
    harmless(
        "_commit_hash",
        "_from_model_config",
        "_name_or_path",
        "architectures",
        "attn_implementation",
        "_attn_implementation",
        "_attn_implementation_autoset",
        "auto_map",
        "begin_suppress_tokens",
        "bos_token_id",
        "chunk_size_feed_forward",
        "cls_token_id",
        "decoder_start_token_id",
        "dtype",
        "eos_token_id",
        "finetuning_task",
        "gradient_checkpointing",
        "id2label",
        "initializer_range",
        "label2id",
        "language",
        "mask_token_id",
        "model_type",
        "name",
        "num_labels",
        "_num_labels",
        "output_attentions",
        "output_hidden_states",
        "output_past",
        "output_scores",
        "pad_token_id",
        "prefix",
        "problem_type",
        "return_dict",
        "return_dict_in_generate",
        "sbert_ce_default_activation_function",
        "sentence_transformers",
        "sep_token_id",
        "suppress_tokens",
        "task_specific_params",
        "tf_legacy_loss",
        "tokenizer_class",
        "torch_dtype",
        "torchscript",
        "transformers_version",
        "unk_token_id",
        "use_bfloat16",
        "use_cache",
        "use_return_dict");
    harmless(GENERATION);
    pinned("pruned_heads", "{}");
  }

  /** Pins what would make a stack read the states of another or be one half of a pair. */
  public void standsAlone() throws IOException {
    pinned("cross_attention_hidden_size", "null");
    pinned("add_cross_attention", "false");
    pinned("is_encoder_decoder", "false");
    pinned("tie_encoder_decoder", "false");
  }

  /** Accepts keys whose value cannot change what the model computes. */
  public void harmless(String... keys) {
    left.removeAll(Set.of(keys));
  }

  /** Accepts a key with this value only, or absent or null. */
  public void pinned(String key, String accepted) throws IOException {
    left.remove(key);
    if (root.hasNonNull(key) && !plain(root.get(key)).equals(accepted)) {
      throw error(key + " " + root.get(key) + " is not supported, only " + accepted);
    }
  }

  /** Refuses every key that nobody asked for. */
  public void finish() throws IOException {
    if (!left.isEmpty()) {
      throw error(
          (left.size() == 1 ? "key " : "keys ")
              + left
              + " not known; refusing to ignore what may change the model's results");
    }
  }

  /** Whether it is a number within the ranges of a long and a double. */
  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && !node.isBigInteger() && Double.isFinite(node.doubleValue());
  }

  private static String plain(JsonNode node) {
    return node.isValueNode() ? node.asString() : node.toString();
  }

  private <T> T otherwise(String key, T value) {
    left.remove(key);
    return value;
  }

  private JsonNode value(String key) throws IOException {
    left.remove(key);
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      throw error("key " + key + " is missing");
    }
    return node;
  }

  private IOException wrong(String key, String expected, JsonNode got) {
    return error(key + ": expected " + expected + ", got " + got);
  }
}
