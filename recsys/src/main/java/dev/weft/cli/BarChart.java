package dev.weft.cli;

import dev.weft.recsys.eval.Interval;
import java.util.List;

/**
 * Horizontal bars with 95 % whiskers, as SVG, in groups. Above each bar stand its name and its
 * numbers, so that both fit on a phone.
 */
record BarChart(String id, String title, String description, List<Group> groups) {
  static final int WIDTH = 360;

  /** Room for a name beside its numbers. */
  private static final int NAME = 27;

  private static final int GROUP = 24;
  private static final int ROW = 36;
  private static final int BAR = 14;
  private static final int AXIS = 34;
  private static final int LEFT = 6;
  private static final int RIGHT = WIDTH - 22;

  /** Bars under one heading; no heading where it is empty. */
  record Group(String heading, List<Bar> bars) {}

  /**
   * One bar; {@code value} is a fraction.
   *
   * @param style the class that colours it
   * @param claim false for too few users, drawn as an outline
   */
  record Bar(String name, String style, double value, Interval interval, boolean claim) {}

  void draw(Markup out) {
    double top =
        groups.stream()
            .flatMap(group -> group.bars.stream())
            .mapToDouble(bar -> 100 * Math.max(bar.value, bar.interval.high()))
            .max()
            .orElse(0);
    Axis axis = Axis.over(0, top > 0 ? top : 1, 5);
    int bottom = height() - AXIS;
    open(out, id, title, description, WIDTH, height());
    for (double tick : axis.ticks()) {
      double at = axis.place(tick, LEFT, RIGHT);
      LineChart.line(out, "grid", at, 2, at, bottom);
      LineChart.label(out, at, bottom + 15, "middle", axis.label(tick));
    }
    LineChart.label(out, RIGHT, bottom + 29, "end", "per cent");
    int y = 2;
    for (Group group : groups) {
      if (!group.heading.isEmpty()) {
        out.element(
            "text", shortened(group.heading, 52), "class", "group", "x", "6", "y", "" + (y + 16));
        y += GROUP;
      }
      for (Bar bar : group.bars) {
        draw(out, bar, axis, y);
        y += ROW;
      }
    }
    LineChart.line(out, "axis", LEFT, 2, LEFT, bottom);
    out.close("svg").line();
  }

  private static void draw(Markup out, Bar bar, Axis axis, int y) {
    double low = axis.place(100 * bar.interval.low(), LEFT, RIGHT);
    double high = axis.place(100 * bar.interval.high(), LEFT, RIGHT);
    double end = axis.place(100 * bar.value, LEFT, RIGHT);
    double middle = y + 18 + BAR / 2.0;
    LineChart.label(out, LEFT + 4, y + 13, "start", shortened(bar.name, NAME));
    LineChart.label(out, WIDTH - 4, y + 13, "end", numbers(bar));
    out.empty(
        "rect",
        "class",
        bar.claim ? bar.style : bar.style + " weak",
        "x",
        LineChart.number(LEFT),
        "y",
        LineChart.number(y + 18),
        "width",
        LineChart.number(end - LEFT),
        "height",
        LineChart.number(BAR));
    LineChart.line(out, "whisker", low, middle, high, middle);
    LineChart.line(out, "whisker", low, middle - 4, low, middle + 4);
    LineChart.line(out, "whisker", high, middle - 4, high, middle + 4);
  }

  private static String numbers(Bar bar) {
    return ReportWords.percent(bar.value)
        + " ("
        + ReportWords.percent(bar.interval.low())
        + "–"
        + ReportWords.percent(bar.interval.high())
        + ")";
  }

  int height() {
    int rows = groups.stream().mapToInt(group -> group.bars.size()).sum();
    int headings = (int) groups.stream().filter(group -> !group.heading.isEmpty()).count();
    return 2 + rows * ROW + headings * GROUP + AXIS;
  }

  private static String shortened(String text, int limit) {
    int length = text.codePointCount(0, text.length());
    return length <= limit ? text : text.substring(0, text.offsetByCodePoints(0, limit - 1)) + "…";
  }

  /** An image with a name and a description for those who do not see it. */
  static void open(Markup out, String id, String title, String description, int width, int height) {
    out.open(
            "svg",
            "viewBox",
            "0 0 " + width + " " + height,
            "role",
            "img",
            "aria-labelledby",
            id + "-title " + id + "-desc")
        .element("title", title, "id", id + "-title")
        .element("desc", description, "id", id + "-desc")
        .line();
  }
}
