package dev.weft.cli;

import dev.weft.cli.ReportTable.Column;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The methods side by side: bars for all users, the table of all protocols, the slices. */
record ReportMetrics(List<Evaluation> methods) {
  private static final List<Column> SLICE_COLUMNS =
      List.of(
          Column.mean("full Recall@10", Protocol.FULL, Metric.RECALL_10),
          Column.mean("full NDCG@10", Protocol.FULL, Metric.NDCG_10),
          Column.range("95 % of full NDCG@10", Protocol.FULL, Metric.NDCG_10),
          Column.mean("sampled Recall@10", Protocol.SAMPLED, Metric.RECALL_10),
          Column.mean("sampled NDCG@10", Protocol.SAMPLED, Metric.NDCG_10));

  void write(Markup out) {
    out.open("section", "id", "metrics").element("h2", "Methods side by side").line();
    out.element(
            "p",
            ReportTable.note(methods.getFirst(), Evaluation.ALL)
                + ". Of each, the last item is to be found from everything before it. Whiskers"
                + " are 95 % intervals over users.")
        .line();
    for (Metric metric : List.of(Metric.NDCG_10, Metric.RECALL_10)) {
      out.open("div", "class", "pair").line();
      bars(out, Protocol.FULL, metric);
      bars(out, Protocol.SAMPLED, metric);
      out.close("div").line();
    }
    all(out);
    out.close("section").line();
    out.open("section", "id", "slices").element("h2", "Where each method wins").line();
    out.element(
        "p",
        "The same users, in parts. Bold: the best of its column. Where a part has fewer than "
            + Evaluation.CLAIM
            + " users nothing is bold and no claim is made.");
    slices(out, "domains", "By the domain of the target", slice -> slice.startsWith("domain:"));
    slices(
        out,
        "histories",
        "By how much of the history is of the target’s domain",
        List.of("same", "mix", "diff")::contains);
    slices(
        out,
        "rarity",
        "By how often the target was seen in training",
        List.of("cold-items", "sparse-items")::contains);
    out.close("section").line();
  }

  private void bars(Markup out, Protocol protocol, Metric metric) {
    boolean sampled = protocol == Protocol.SAMPLED;
    String title = metric.label() + (sampled ? ", sampled" : ", full ranking");
    out.open("figure", "class", sampled ? "sampled" : "full");
    out.open("figcaption").text(metric.label()).text(sampled ? ", " : ", full ranking");
    if (sampled) {
      out.element("span", "sampled", "class", "mark");
    }
    out.close("figcaption").line();
    List<BarChart.Bar> bars =
        methods.stream()
            .map(e ->
                bar(ReportWords.method(e.method()), style(e), e, protocol, Evaluation.ALL, metric))
            .toList();
    new BarChart(id(protocol, metric), title, spoken(bars), List.of(new BarChart.Group("", bars)))
        .draw(out);
    out.element(
        "p",
        sampled
            ? "Target among 1,000 items of its domain, or the whole domain where it is smaller;"
                + " expectation over the draws. Easier than full ranking; compare only with"
                + " sampled numbers."
            : "Target among all items of all domains, without those of the history.",
        "class",
        "note");
    out.close("figure").line();
  }

  private static String id(Protocol protocol, Metric metric) {
    return protocol.label() + "-" + metric.label().replace("@", "").toLowerCase(Locale.ROOT);
  }

  /** A bar of a slice that has users. */
  static BarChart.Bar bar(
      String name, String style, Evaluation e, Protocol protocol, String slice, Metric metric) {
    return new BarChart.Bar(
        name,
        style,
        e.mean(protocol, slice, metric),
        e.interval(protocol, slice, metric),
        e.supportsClaim(slice));
  }

  /** What a chart shows, for those who do not see it. */
  static String spoken(List<BarChart.Bar> bars) {
    return String.join(
        "; ",
        bars.stream()
            .map(bar ->
                bar.name()
                    + " "
                    + ReportWords.percent(bar.value())
                    + " % ("
                    + ReportTable.range(bar.interval())
                    + ")")
            .toList());
  }

  static String style(Evaluation evaluation) {
    return switch (evaluation.method()) {
      case "llmrec" -> "bar ours";
      case "llmrec-zeroshot" -> "bar untrained";
      case "sasrec" -> "bar rival";
      default -> "bar";
    };
  }

  private void all(Markup out) {
    ReportTable table = new ReportTable(out, "all");
    List<String> metrics = Stream.of(Metric.values()).map(Metric::label).toList();
    table.open(
        "All users, every protocol, per cent",
        Stream.of(List.of("method"), metrics, List.of("95 % of NDCG@10"))
            .flatMap(List::stream)
            .toList());
    for (Protocol protocol : methods.getFirst().protocols()) {
      table.group(protocol.label(), words(protocol), metrics.size() + 2);
      List<Column> columns =
          Stream.concat(
                  Stream.of(Metric.values()).map(m -> Column.mean(m.label(), protocol, m)),
                  Stream.of(Column.range("95 %", protocol, Metric.NDCG_10)))
              .toList();
      for (Evaluation e : methods) {
        table.method(ReportWords.method(e.method()), methods, e, Evaluation.ALL, columns);
      }
      table.endGroup();
    }
    table.close();
  }

  private static String words(Protocol protocol) {
    return switch (protocol) {
      case FULL -> "all items, without the history";
      case FULL_KEEP -> "all items, the history among them";
      case FULL_DOMAIN -> "the target’s domain, without the history";
      case SAMPLED -> "sampled: 1,000 items of the target’s domain, expectation";
      case SAMPLED_DRAW -> "sampled: 1,000 items of the target’s domain, one draw";
    };
  }

  private void slices(Markup out, String id, String caption, Predicate<String> chosen) {
    ReportTable table = new ReportTable(out, id);
    table.open(
        caption + ", per cent",
        Stream.concat(Stream.of("method"), SLICE_COLUMNS.stream().map(Column::heading)).toList());
    for (String slice : methods.getFirst().slices().stream().filter(chosen).toList()) {
      String note = ReportTable.note(methods.getFirst(), slice);
      table.group(ReportWords.slice(slice), note, SLICE_COLUMNS.size() + 1);
      for (Evaluation e : methods) {
        table.method(ReportWords.method(e.method()), methods, e, slice, SLICE_COLUMNS);
      }
      table.endGroup();
    }
    table.close();
  }
}
