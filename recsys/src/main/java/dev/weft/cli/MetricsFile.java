package dev.weft.cli;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.MetricsJson;
import dev.weft.recsys.eval.MetricsTable;
import dev.weft.recsys.eval.Protocol;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code metrics.json} and {@code --json} hold, and the tables for people. */
final class MetricsFile {
  static final String NAME = "metrics.json";

  private MetricsFile() {}

  static ObjectNode json(
      List<Evaluation> evaluations, Dataset data, long seed, Map<String, Double> seconds)
      throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("methods", MetricsJson.methods(evaluations));
    ObjectNode about = root.putObject("data");
    about.put("name", data.name());
    about.put("origin", data.origin().name().toLowerCase(Locale.ROOT));
    about.put("users", data.users());
    about.put("items", data.items());
    about.put("interactions", data.interactions());
    root.put("seed", seed);
    root.put("version", new Version().number());
    root.put("commit", new Version().commit());
    ObjectNode wall = root.putObject("wall_seconds");
    seconds.forEach(wall::put);
    return root;
  }

  /** Both protocols for all users, full ranking first. */
  static String tables(List<Evaluation> evaluations, boolean keepHistory) {
    Protocol full = keepHistory ? Protocol.FULL_KEEP : Protocol.FULL;
    return MetricsTable.format(evaluations, full, Evaluation.ALL).stripTrailing()
        + "\n\n"
        + MetricsTable.format(evaluations, Protocol.SAMPLED, Evaluation.ALL).stripTrailing();
  }
}
