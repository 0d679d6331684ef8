package dev.weft.cli;

import dev.weft.models.ConfigJson;
import dev.weft.recsys.data.Dataset;
import dev.weft.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@code run.json} of a run's directory: which methods it holds and on what they were trained,
 * so that a later evaluation can refuse other data.
 *
 * @param methods keys as in {@code metrics.json}
 * @param data name of the data set
 * @param seed of training, and of the sample's simulator
 */
record RunFile(
    List<String> methods, String data, long seed, int users, int items, int interactions) {
  static final String NAME = "run.json";

  static RunFile of(List<String> methods, Dataset data, long seed) {
    return new RunFile(
        List.copyOf(methods), data.name(), seed, data.users(), data.items(), data.interactions());
  }

  /** The {@code run.json} of a directory. */
  static RunFile read(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          directory
              + ": expected "
              + NAME
              + " of a run of weft demo or weft recsys train, found none");
    }
    ConfigJson json = ConfigJson.read(path);
    RunFile run =
        new RunFile(
            List.of(json.text("methods").split(",")),
            json.text("data"),
            Long.parseLong(json.text("seed")),
            json.integer("users"),
            json.integer("items"),
            json.integer("interactions"));
    json.finish();
    return run;
  }

  /** Fails when {@code data} is not what the run was trained on. */
  void check(Path directory, Dataset data) throws IOException {
    if (users != data.users() || items != data.items() || interactions != data.interactions()) {
      throw new IOException(
          directory.resolve(NAME)
              + ": expected "
              + this.data
              + " with "
              + counts(users, items, interactions)
              + ", got "
              + data.name()
              + " with "
              + counts(data.users(), data.items(), data.interactions()));
    }
  }

  private static String counts(int users, int items, int interactions) {
    return users + " users, " + items + " items, " + interactions + " interactions";
  }

  void write(Path directory) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("methods", String.join(",", methods));
    json.put("data", data);
    json.put("seed", Long.toString(seed));
    json.put("users", users);
    json.put("items", items);
    json.put("interactions", interactions);
    writeJson(directory.resolve(NAME), json);
  }

  /** Writes a value as indented JSON, beside and renamed. */
  static void writeJson(Path file, Object value) throws IOException {
    String text =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(value);
    AtomicFile.write(file, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
