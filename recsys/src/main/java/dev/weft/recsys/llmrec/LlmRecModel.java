package dev.weft.recsys.llmrec;

import dev.weft.lora.LoraAdapter;
import dev.weft.lora.LoraConfig;
import dev.weft.models.Backbone;
import dev.weft.models.ConfigJson;
import dev.weft.models.Encoder;
import dev.weft.models.Pooling;
import dev.weft.models.SentenceSettings;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.recsys.data.Dataset;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.AtomicFile;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A backbone set up as LLM-Rec: its tokenizer, its settings, and the adapter or the tuned weights.
 *
 * <p>On disk it is a directory with {@code llmrec.json} and either a PEFT adapter beside it or,
 * after full tuning, an ordinary Hugging Face model in {@code model/}.
 */
public final class LlmRecModel implements AutoCloseable {
  /** The file that holds the settings. */
  public static final String FILE = "llmrec.json";

  private static final String TUNED = "model";
  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json");

  private final String model;
  private final Backbone backbone;
  private final Tokenizer tokenizer;
  private final LlmRecConfig config;
  private final @Nullable LoraAdapter adapter;

  private LlmRecModel(
      String model,
      Backbone backbone,
      Tokenizer tokenizer,
      LlmRecConfig config,
      @Nullable LoraAdapter adapter) {
    this.model = model;
    this.backbone = backbone;
    this.tokenizer = tokenizer;
    this.config = config;
    this.adapter = adapter;
  }

  /**
   * MODEL as it was published, to be used zero-shot or tuned in full. A history is cut to what the
   * encoder can read where that is less than the config says.
   */
  public static LlmRecModel open(String model, LlmRecConfig config) throws IOException {
    return open(model, Models.resolve(model), config);
  }

  private static LlmRecModel open(String model, ModelDirectory directory, LlmRecConfig config)
      throws IOException {
    Backbone backbone = Backbone.open(directory);
    try {
      Tokenizer tokenizer = Tokenizer.load(directory.path());
      LlmRecConfig fitting = config.atMostTokens(backbone.encoder().maxPositions());
      return new LlmRecModel(model, backbone, tokenizer, fitting, null);
    } catch (IOException | RuntimeException e) {
      backbone.close();
      throw e;
    }
  }

  /**
   * The paper's settings as MODEL suits them: a sentence encoder is read out by its own pooling,
   * and compared by cosine, at temperature 0.05, where it is published with a normalisation.
   */
  public static LlmRecConfig configOf(String model) throws IOException {
    ModelDirectory directory = Models.resolve(model);
    if (!directory.has("modules.json")) {
      return LlmRecConfig.PAPER;
    }
    SentenceSettings settings = SentenceSettings.read(directory, LlmRecConfig.PAPER.tokens());
    LlmRecConfig config = LlmRecConfig.PAPER.withReadOut(settings.pooling());
    return settings.normalize()
        ? config.withSimilarity(LlmRecConfig.Similarity.COSINE).withTemperature(0.05)
        : config;
  }

  /** The same with a fresh adapter on it; closing either closes both. */
  public LlmRecModel adapted(LoraConfig lora, long seed) {
    LoraAdapter fresh = LoraAdapter.create(encoder(), lora.withBaseModel(model), seed);
    return new LlmRecModel(model, backbone, tokenizer, config, fresh);
  }

  /** The same without its adapter; closing either closes both. */
  public LlmRecModel zeroShot() {
    return new LlmRecModel(model, backbone, tokenizer, config, null);
  }

  /** Loads what {@link #save} wrote. */
  public static LlmRecModel load(Path directory) throws IOException {
    ConfigJson json = ConfigJson.read(directory.resolve(FILE));
    String model = json.text("model");
    String tuning = json.text("tuning");
    LlmRecConfig config =
        new LlmRecConfig(
            choice(directory, "read_out", Pooling.class, json.text("read_out")),
            choice(
                directory,
                "similarity",
                LlmRecConfig.Similarity.class,
                json.text("similarity", "dot")),
            json.integer("history"),
            json.integer("item_tokens"),
            json.integer("tokens"),
            json.integer("negatives"),
            choice(directory, "sharing", LlmRecConfig.Sharing.class, json.text("sharing")),
            json.number("temperature", 1));
    json.finish();
    return switch (tuning) {
      case "full" -> {
        Path tuned = directory.resolve(TUNED);
        yield open(model, new ModelDirectory(model, tuned), config);
      }
      case "lora" -> {
        LlmRecModel base = open(model, config);
        try {
          LoraAdapter adapter = LoraAdapter.load(directory, base.encoder());
          yield new LlmRecModel(model, base.backbone, base.tokenizer, config, adapter);
        } catch (IOException | RuntimeException e) {
          base.close();
          throw e;
        }
      }
      default ->
          throw new IOException(
              directory.resolve(FILE) + ": tuning: expected lora or full, got " + tuning);
    };
  }

  private static <E extends Enum<E>> E choice(
      Path directory, String key, Class<E> type, String name) throws IOException {
    for (E value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(name)) {
        return value;
      }
    }
    throw new IOException(directory.resolve(FILE) + ": " + key + ": got " + name);
  }

  /** Writes the settings and the adapter, or the tuned weights, into an existing directory. */
  public void save(Path directory) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("tuning", adapter == null ? "full" : "lora");
    json.put("read_out", config.readOut().name().toLowerCase(Locale.ROOT));
    json.put("similarity", config.similarity().name().toLowerCase(Locale.ROOT));
    json.put("history", config.history());
    json.put("item_tokens", config.itemTokens());
    json.put("tokens", config.tokens());
    json.put("negatives", config.negatives());
    json.put("sharing", config.sharing().name().toLowerCase(Locale.ROOT));
    json.put("temperature", config.temperature());
    if (adapter != null) {
      adapter.save(directory);
    } else {
      saveTuned(directory.resolve(TUNED));
    }
    String text =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(json);
    AtomicFile.write(directory.resolve(FILE), (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void saveTuned(Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Parameter parameter : encoder().parameters()) {
      weights.put(parameter.name(), parameter.tensor());
    }
    SafeTensors.write(directory.resolve("model.safetensors"), weights, Map.of("format", "pt"));
    ModelDirectory from = backbone.directory();
    AtomicFile.write(directory.resolve("config.json"), Files.readAllBytes(from.config()));
    for (String file : TOKENIZER_FILES) {
      if (from.has(file)) {
        AtomicFile.write(directory.resolve(file), Files.readAllBytes(from.file(file)));
      }
    }
  }

  /** The model that reads. */
  public Encoder encoder() {
    return backbone.encoder();
  }

  /** The backbone under it. */
  public Backbone backbone() {
    return backbone;
  }

  /** How it reads and what it is trained against. */
  public LlmRecConfig config() {
    return config;
  }

  /** The adapter, null where there is none. */
  public @Nullable LoraAdapter adapter() {
    return adapter;
  }

  /** The tower: the encoder with the adapter on it. */
  public Tower tower() {
    return new Tower(encoder(), config, adapter == null ? Map.of() : adapter.active());
  }

  /** A data set's items and histories as this model's tokens. */
  public Texts texts(Dataset data) {
    return new Texts(data, tokenizer, config);
  }

  @Override
  public void close() {
    backbone.close();
  }
}
