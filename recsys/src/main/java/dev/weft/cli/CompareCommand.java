package dev.weft.cli;

import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sets saved runs side by side, from their {@code metrics.json} alone. */
@Command(
    name = "compare",
    description = {
      "Compare saved runs on one data set: NDCG@10 of every slice of users, in per cent.",
      "Reads their metrics.json; nothing is computed anew."
    })
final class CompareCommand extends Subcommand {
  /** One method of one run. */
  private record Entry(String name, JsonNode protocols) {}

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "Directories that weft recsys train or weft demo wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private List<Path> runs;

  @Option(
      names = "--curves",
      paramLabel = "FILE.svg",
      description = "Draw the runs' validations against training time, where they have some.")
  private Path curves = Path.of("");

  @Override
  void run(Console console) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<Curves.Curve> drawn = new ArrayList<>();
    for (Path run : runs) {
      Path file = run.resolve(MetricsFile.NAME);
      JsonNode metrics = read(file);
      if (!metrics.path("methods").isObject()) {
        throw new IOException(file + ": expected an object \"methods\", found none");
      }
      for (String method : metrics.path("methods").propertyNames()) {
        entries.add(new Entry(method, metrics.path("methods").path(method)));
      }
      Curves.Curve curve = Curves.of(run, metrics);
      if (curve.minutes().length > 0) {
        drawn.add(curve);
      }
    }
    console.answer(table(entries, Protocol.FULL));
    console.answer("");
    console.answer(table(entries, Protocol.SAMPLED));
    if (!curves.toString().isEmpty()) {
      if (drawn.isEmpty()) {
        throw new IOException("--curves: none of the runs was validated while it was trained");
      }
      AtomicFile.write(curves, Curves.svg(drawn).getBytes(StandardCharsets.UTF_8));
      console.note("written: " + curves);
    }
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JsonMapper.shared().readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new IOException(file + ": " + e.getOriginalMessage(), e);
    }
  }

  /** Slices down, methods across, as Markdown. */
  private static String table(List<Entry> entries, Protocol protocol) throws IOException {
    StringBuilder table = new StringBuilder("| NDCG@10, " + protocol.label() + " | users |");
    entries.forEach(entry -> table.append(' ').append(entry.name()).append(" |"));
    table.append("\n|---|---|").append("---|".repeat(entries.size()));
    JsonNode slices = entries.getFirst().protocols().path(protocol.label());
    for (String slice : slices.propertyNames()) {
      int users = slices.path(slice).path("users").asInt();
      table.append(String.format(Locale.ROOT, "%n| %s | %,d |", slice, users));
      for (Entry entry : entries) {
        JsonNode cell = entry.protocols().path(protocol.label()).path(slice);
        if (cell.path("users").asInt(-1) != users) {
          throw new IOException(
              entry.name()
                  + ": "
                  + slice
                  + ": expected "
                  + users
                  + " users as of "
                  + entries.getFirst().name()
                  + ", got "
                  + cell.path("users"));
        }
        table.append(
            users == 0
                ? " – |"
                : String.format(
                    Locale.ROOT, " %.2f |", 100 * cell.path(Metric.NDCG_10.label()).asDouble()));
      }
    }
    return table.toString();
  }
}
