package dev.weft.cli;

import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Interval;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import java.util.List;

/**
 * Tables of the report: a caption, headings, and a frame that scrolls where the screen is narrow.
 */
record ReportTable(Markup out, String id) {

  /** Opens a table; the first heading is over the names of rows, the others over numbers. */
  ReportTable open(String caption, List<String> headings) {
    out.open(
            "div",
            "class",
            "scroll",
            "role",
            "region",
            "tabindex",
            "0",
            "aria-labelledby",
            id + "-caption")
        .open("table", "id", id)
        .element("caption", caption, "id", id + "-caption")
        .open("thead")
        .open("tr");
    headings.forEach(heading -> out.element("th", heading, "scope", "col"));
    out.close("tr").close("thead").line();
    return this;
  }

  void close() {
    out.close("table").close("div").line();
  }

  /** Begins rows that belong together, under a heading over all {@code columns}. */
  void group(String heading, String note, int columns) {
    out.open("tbody").open("tr", "class", "group");
    out.open("th", "scope", "rowgroup", "colspan", "" + columns).text(heading);
    if (!note.isEmpty()) {
      out.text(" ").element("span", note, "class", "mark");
    }
    out.close("th").close("tr").line();
  }

  void endGroup() {
    out.close("tbody").line();
  }

  /** A row of one method; a mean that prints like the best of its column is bold. */
  void method(
      String name, List<Evaluation> all, Evaluation one, String slice, List<Column> columns) {
    out.open("tr").element("th", name, "scope", "row");
    for (Column column : columns) {
      if (one.users(slice) == 0) {
        out.element("td", "–");
        continue;
      }
      if (column.interval()) {
        Interval interval = one.interval(column.protocol(), slice, column.metric());
        out.element("td", range(interval), "class", "range");
        continue;
      }
      String mean = ReportWords.percent(one.mean(column.protocol(), slice, column.metric()));
      boolean best =
          all.stream()
              .mapToDouble(e -> e.mean(column.protocol(), slice, column.metric()))
              .mapToObj(ReportWords::percent)
              .noneMatch(other -> Double.parseDouble(other) > Double.parseDouble(mean));
      out.open("td");
      if (best && one.supportsClaim(slice)) {
        out.element("strong", mean);
      } else {
        out.text(mean);
      }
      out.close("td");
    }
    out.close("tr").line();
  }

  static String range(Interval interval) {
    return ReportWords.percent(interval.low()) + "–" + ReportWords.percent(interval.high());
  }

  /** How many users a slice has, and whether that is enough. */
  static String note(Evaluation evaluation, String slice) {
    int users = evaluation.users(slice);
    return evaluation.supportsClaim(slice)
        ? ReportWords.users(users)
        : ReportWords.users(users) + " – below " + Evaluation.CLAIM + ", no claim";
  }

  /** A mean, or its 95 % interval. */
  record Column(String heading, Protocol protocol, Metric metric, boolean interval) {
    static Column mean(String heading, Protocol protocol, Metric metric) {
      return new Column(heading, protocol, metric, false);
    }

    static Column range(String heading, Protocol protocol, Metric metric) {
      return new Column(heading, protocol, metric, true);
    }
  }
}
