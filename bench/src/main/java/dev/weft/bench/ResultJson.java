package dev.weft.bench;

import dev.weft.models.json.JsonTree;
import dev.weft.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results as files. Rates have four significant digits: more would be noise. {@code ratio} is that
 * of the rates as they stand in the file.
 */
public final class ResultJson {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ResultJson() {}

  /** The result as indented JSON. */
  public static String text(Result result) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("name", result.name());
    root.put("machine", result.machine());
    root.put("cores", result.cores());
    root.put("jdk", result.jdk());
    root.put("commit", result.commit());
    root.put("command", result.command());
    root.put("date", result.date());
    rates(root.putObject("peak_gflops"), result.peakGflops());
    rates(root.putObject("read_gbps"), result.readGbps());
    ArrayNode rows = root.putArray("rows");
    for (Row row : result.rows()) {
      ObjectNode node = rows.addObject();
      node.put("case", row.name());
      node.put("threads", row.threads());
      node.put("peer_name", row.peerName());
      node.put("peer_version", row.peerVersion());
      node.put("ours", rounded(row.ours()));
      node.put("peer", rounded(row.peer()));
      node.put("unit", row.unit());
      node.put("ratio", rounded(rounded(row.ours()) / rounded(row.peer())));
      if (row.target().isPresent()) {
        node.put("target", row.target().getAsDouble());
      } else {
        node.putNull("target");
      }
      node.put("ours_spread", rounded(row.oursSpread()));
      node.put("peer_spread", rounded(row.peerSpread()));
    }
    ArrayNode notes = root.putArray("notes");
    result.notes().forEach(notes::add);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static void rates(ObjectNode node, SortedMap<Integer, Double> rates) {
    rates.forEach((threads, rate) -> node.put(Integer.toString(threads), rounded(rate)));
  }

  static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
  }

  /** Replaces a file by the result. */
  public static void write(Path file, Result result) throws IOException {
    replace(file, text(result));
  }

  /** Replaces a file by a text, beside its place first. */
  static void replace(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws IOException naming the file and the field that is missing or of another type
   */
  public static Result read(Path file) throws IOException {
    JsonNode root = JsonTree.read(file);
    List<Row> rows = new ArrayList<>();
    for (JsonNode node : required(file, root, "rows")) {
      JsonNode target = required(file, node, "target");
      rows.add(
          new Row(
              text(file, node, "case"),
              (int) number(file, node, "threads"),
              text(file, node, "peer_name"),
              text(file, node, "peer_version"),
              number(file, node, "ours"),
              number(file, node, "peer"),
              text(file, node, "unit"),
              number(file, node, "ours_spread"),
              number(file, node, "peer_spread"),
              target.isNull()
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(number(file, node, "target"))));
    }
    List<String> notes = new ArrayList<>();
    required(file, root, "notes").forEach(note -> notes.add(note.asString()));
    return new Result(
        text(file, root, "name"),
        text(file, root, "machine"),
        (int) number(file, root, "cores"),
        text(file, root, "jdk"),
        text(file, root, "commit"),
        text(file, root, "command"),
        text(file, root, "date"),
        rates(file, root, "peak_gflops"),
        rates(file, root, "read_gbps"),
        rows,
        notes);
  }

  private static SortedMap<Integer, Double> rates(Path file, JsonNode root, String field)
      throws IOException {
    SortedMap<Integer, Double> rates = new TreeMap<>();
    JsonNode node = required(file, root, field);
    for (String threads : node.propertyNames()) {
      rates.put(Integer.valueOf(threads), number(file, node, threads));
    }
    return rates;
  }

  private static String text(Path file, JsonNode node, String field) throws IOException {
    JsonNode value = required(file, node, field);
    if (!value.isString()) {
      throw new IOException(file + ": \"" + field + "\": expected a text, got " + value);
    }
    return value.asString();
  }

  private static double number(Path file, JsonNode node, String field) throws IOException {
    JsonNode value = required(file, node, field);
    if (!value.isNumber()) {
      throw new IOException(file + ": \"" + field + "\": expected a number, got " + value);
    }
    return value.asDouble();
  }

  private static JsonNode required(Path file, JsonNode node, String field) throws IOException {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new IOException(file + ": \"" + field + "\" is missing");
    }
    return value;
  }
}
