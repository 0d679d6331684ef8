package dev.weft.models;

import dev.weft.models.hub.ModelDirectory;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a sentence-transformers directory says beyond the encoder: {@code modules.json}, {@code
 * sentence_bert_config.json} and the pooling's {@code config.json}.
 *
 * @param pooling how token vectors become one
 * @param normalize whether vectors are divided by their length
 * @param maxLength longest input in tokens, special tokens included
 */
public record SentenceSettings(Pooling pooling, boolean normalize, int maxLength) {
  private static final Map<String, Pooling> MODES =
      Map.of(
          "pooling_mode_cls_token", Pooling.CLS,
          "pooling_mode_mean_tokens", Pooling.MEAN,
          "pooling_mode_lasttoken", Pooling.LAST);

  /**
   * Reads the settings; a directory without {@code modules.json} gets what sentence-transformers
   * gives it: the mean, not normalised, at the encoder's full length.
   *
   * @param maxPositions the encoder's full length in tokens
   * @throws IOException naming the file and key that cannot be honoured
   */
  public static SentenceSettings read(ModelDirectory directory, int maxPositions)
      throws IOException {
    if (!directory.has("modules.json")) {
      return new SentenceSettings(Pooling.MEAN, false, maxPositions);
    }
    Path modulesPath = directory.file("modules.json");
    Pooling pooling = Pooling.MEAN;
    boolean normalize = false;
    for (ConfigJson module : ConfigJson.readAll(modulesPath)) {
      String type = module.text("type");
      String folder = module.text("path", "");
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> {}
        case "Pooling" -> pooling = pooling(within(directory, folder, module));
        case "Normalize" -> normalize = true;
        default -> throw module.error("module type \"" + type + "\" is not supported");
      }
      module.harmless("idx", "name");
      module.finish();
    }
    int maxLength = maxPositions;
    if (directory.has("sentence_bert_config.json")) {
      ConfigJson config = ConfigJson.read(directory.file("sentence_bert_config.json"));
      int longest = config.integer("max_seq_length", maxLength);
      if (longest < 1) {
        throw config.error("max_seq_length " + longest + " is not positive");
      }
      maxLength = Math.min(maxLength, longest);
      config.pinned("do_lower_case", "false");
      config.finish();
    }
    return new SentenceSettings(pooling, normalize, maxLength);
  }

  /** The config of a module, which lies in a folder below the model's own. */
  private static Path within(ModelDirectory directory, String folder, ConfigJson module)
      throws IOException {
    boolean leaves = folder.startsWith("/") || List.of(folder.split("/")).contains("..");
    try {
      if (!leaves && directory.has(folder + "/config.json")) {
        return directory.file(folder + "/config.json");
      }
    } catch (InvalidPathException e) {
      leaves = true;
    }
    throw module.error(
        "path \"" + folder + (leaves ? "\" is no folder of the model" : "\" has no config.json"));
  }

  private static Pooling pooling(Path path) throws IOException {
    ConfigJson config = ConfigJson.read(path);
    List<Pooling> chosen = new ArrayList<>();
    for (Map.Entry<String, Pooling> mode : MODES.entrySet()) {
      if (config.flag(mode.getKey(), false)) {
        chosen.add(mode.getValue());
      }
    }
    for (String other :
        List.of(
            "pooling_mode_max_tokens",
            "pooling_mode_mean_sqrt_len_tokens",
            "pooling_mode_weightedmean_tokens")) {
      config.pinned(other, "false");
    }
    config.harmless("word_embedding_dimension", "embedding_dimension", "include_prompt");
    config.finish();
    if (chosen.size() != 1) {
      throw new IOException(
          path
              + ": expected exactly one of "
              + new TreeSet<>(MODES.keySet())
              + " to be true, got "
              + chosen.size());
    }
    return chosen.getFirst();
  }
}
