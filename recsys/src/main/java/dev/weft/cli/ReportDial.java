package dev.weft.cli;

import dev.weft.cli.ReportTable.Column;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Methods on the sample at several settings of the simulator's dial. */
record ReportDial(List<ReportData.DialSetting> settings) {
  private static final List<String> SLICES = List.of(Evaluation.ALL, "diff");

  private static final List<Column> COLUMNS =
      List.of(
          Column.mean("full Recall@10", Protocol.FULL, Metric.RECALL_10),
          Column.mean("full NDCG@10", Protocol.FULL, Metric.NDCG_10),
          Column.range("95 % of full NDCG@10", Protocol.FULL, Metric.NDCG_10),
          Column.mean("sampled NDCG@10", Protocol.SAMPLED, Metric.NDCG_10));

  void write(Markup out) {
    out.open("section", "id", "dial").element("h2", "When interests cross domains").line();
    out.element(
            "p",
            "The simulator has one dial, cross: the probability with which each interest of a user"
                + " holds in a domain. At 0 what is taken in one domain tells nothing about"
                + " another; at 1 every interest holds everywhere. Each setting is a data set of"
                + " its own, and each method was trained anew on it.")
        .line();
    out.open("div", "class", "pair").line();
    SLICES.forEach(slice -> bars(out, slice));
    out.close("div").line();
    table(out);
    out.close("section").line();
  }

  private void bars(Markup out, String slice) {
    String title = "NDCG@10, full ranking, " + (slice.equals("all") ? "all users" : slice);
    out.open("figure").element("figcaption", title).line();
    List<BarChart.Group> groups = settings.stream().map(s -> group(s, slice)).toList();
    String spoken =
        String.join(
            ". ",
            groups.stream()
                .map(group -> group.heading() + ": " + ReportMetrics.spoken(group.bars()))
                .toList());
    new BarChart("dial-" + slice, title + ", by setting of the dial", spoken, groups).draw(out);
    out.element(
        "p", slice.equals("all") ? "All users." : ReportWords.slice(slice) + ".", "class", "note");
    out.close("figure").line();
  }

  private static BarChart.Group group(ReportData.DialSetting setting, String slice) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (Evaluation e : setting.methods()) {
      if (e.users(slice) > 0) {
        String name = ReportWords.method(e.method());
        String style = ReportMetrics.style(e);
        bars.add(ReportMetrics.bar(name, style, e, Protocol.FULL, slice, Metric.NDCG_10));
      }
    }
    Evaluation first = setting.methods().getFirst();
    return new BarChart.Group(
        name(setting) + ": " + ReportTable.note(first, slice), List.copyOf(bars));
  }

  private static String name(ReportData.DialSetting setting) {
    return "cross " + ReportWords.plain(setting.cross()) + (setting.cross() == 0 ? " (none)" : "");
  }

  private void table(Markup out) {
    ReportTable table = new ReportTable(out, "dial-table");
    table.open(
        "Settings of the dial, per cent",
        Stream.concat(Stream.of("method"), COLUMNS.stream().map(Column::heading)).toList());
    for (String slice : SLICES) {
      for (ReportData.DialSetting setting : settings) {
        String heading = name(setting) + ", " + ReportWords.slice(slice);
        String note = ReportTable.note(setting.methods().getFirst(), slice);
        table.group(heading, note, COLUMNS.size() + 1);
        for (Evaluation e : setting.methods()) {
          table.method(ReportWords.method(e.method()), setting.methods(), e, slice, COLUMNS);
        }
        table.endGroup();
      }
    }
    table.close();
  }
}
