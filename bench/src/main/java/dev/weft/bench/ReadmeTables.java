package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of the README, generated from the committed results: what stands between {@code <!--
 * bench:NAME -->} and {@code <!-- /bench:NAME -->} is {@code bench/results/NAME.json}.
 */
final class ReadmeTables {
  private static final Pattern MARKED =
      Pattern.compile("<!-- bench:(\\S+) -->\n(.*?)<!-- /bench:\\1 -->", Pattern.DOTALL);

  private ReadmeTables() {}

  /** One result as Markdown. */
  static String table(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "`%s` on %s, %d cores, %s, commit %s, %s%s%s.%n%n",
            result.command(),
            result.machine(),
            result.cores(),
            result.jdk(),
            result.commit(),
            result.date().substring(0, Math.min(10, result.date().length())),
            rates("; peak ", " GFLOP/s", result.peakGflops()),
            rates("; memory read at ", " GB/s", result.readGbps())));
    text.append("| case | threads | peer | Weft | peer | unit | ratio | target |\n");
    text.append("|---|---|---|---|---|---|---|---|\n");
    for (Row row : result.rows()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s %s | %s ± %.0f %% | %s ± %.0f %% | %s | %s | %s |%n",
              row.name(),
              row.threads(),
              row.peerName(),
              row.peerVersion(),
              number(row.ours()),
              // Half the distance between the quartiles on either side of the median.
              50 * row.oursSpread(),
              number(row.peer()),
              50 * row.peerSpread(),
              row.unit(),
              row.missed() ? two(row.ratio()) + " (missed)" : "**" + two(row.ratio()) + "**",
              row.target().isPresent() ? two(row.target().getAsDouble()) : ""));
    }
    if (!result.notes().isEmpty()) {
      text.append('\n');
      result.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private static String rates(String before, String unit, Map<Integer, Double> rates) {
    return rates.isEmpty()
        ? ""
        : rates.entrySet().stream()
            .map(rate -> number(rate.getValue()) + " (" + rate.getKey() + ")")
            .collect(Collectors.joining(", ", before, unit + " by threads"));
  }

  /** Three digits: a reader compares, and the file has more. */
  private static String number(double value) {
    return value >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : value >= 100
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, "%.3g", value);
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /**
   * The README with its tables made anew.
   *
   * @param results directory of the benchmarks' results
   * @param families what the families gave
   * @throws IOException when a marked table has no result, or a result no marked table
   */
  static String render(String readme, Path results, Path families) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    if (Files.isDirectory(results)) {
      for (Path file : json(results)) {
        files.put(file.getFileName().toString().replaceFirst("\\.json$", ""), file);
      }
    }
    TreeSet<String> unseen = new TreeSet<>(files.keySet());
    if (Files.exists(families)) {
      unseen.add(FamilyTable.NAME);
    }
    StringBuilder out = new StringBuilder();
    Matcher marked = MARKED.matcher(readme);
    while (marked.find()) {
      String name = marked.group(1);
      boolean parity = name.equals(FamilyTable.NAME);
      Path file = parity ? families : files.get(name);
      if (file == null) {
        throw new IOException(
            "README.md: <!-- bench:"
                + name
                + " -->: there is no "
                + results.resolve(name + ".json"));
      }
      unseen.remove(name);
      String table = parity ? FamilyTable.table(file) : table(ResultJson.read(file));
      marked.appendReplacement(
          out,
          Matcher.quoteReplacement(
              "<!-- bench:" + name + " -->\n" + table + "<!-- /bench:" + name + " -->"));
    }
    marked.appendTail(out);
    if (!unseen.isEmpty()) {
      throw new IOException(
          "README.md: no <!-- bench:NAME --> ... <!-- /bench:NAME --> for the results of "
              + String.join(", ", unseen));
    }
    return out.toString();
  }

  private static List<Path> json(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
