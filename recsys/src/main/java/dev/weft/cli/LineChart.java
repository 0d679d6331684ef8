package dev.weft.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Lines over a common horizontal axis, as SVG. Units are those of a narrow screen, so that text
 * stays readable on a phone.
 */
record LineChart(String id, String title, String description, String across, String up) {
  static final int WIDTH = 360;
  static final int HEIGHT = 230;

  private static final int LEFT = 44;
  private static final int RIGHT = WIDTH - 14;
  private static final int TOP = 24;
  private static final int BOTTOM = HEIGHT - 40;

  /**
   * A line through points, of a style of the style sheet: {@code raw}, {@code smooth} or {@code
   * dots}.
   */
  record Line(String style, double[] x, double[] y) {}

  void draw(Markup out, List<Line> lines) {
    Axis x = Axis.over(0, all(lines, Line::x).max().orElse(1), 5);
    Axis y = Axis.over(all(lines, Line::y).min().orElse(0), all(lines, Line::y).max().orElse(1), 5);
    BarChart.open(out, id, title, description, WIDTH, HEIGHT);
    for (double tick : y.ticks()) {
      double at = y.place(tick, BOTTOM, TOP);
      line(out, "grid", LEFT, at, RIGHT, at);
      label(out, LEFT - 6, at + 4, "end", y.label(tick));
    }
    for (double tick : x.ticks()) {
      double at = x.place(tick, LEFT, RIGHT);
      line(out, "axis", at, BOTTOM, at, BOTTOM + 4);
      label(out, at, BOTTOM + 18, "middle", x.label(tick));
    }
    line(out, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    label(out, 2, 12, "start", up);
    label(out, RIGHT, HEIGHT - 4, "end", across);
    for (Line line : lines) {
      draw(out, line, x, y);
    }
    out.close("svg").line();
  }

  private static void draw(Markup out, Line line, Axis x, Axis y) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.x.length; i++) {
      String atX = number(x.place(line.x[i], LEFT, RIGHT));
      String atY = number(y.place(line.y[i], BOTTOM, TOP));
      points.append(i == 0 ? "" : " ").append(atX).append(',').append(atY);
      if (line.style.equals("dots") || line.x.length == 1) {
        out.empty("circle", "class", line.style, "cx", atX, "cy", atY, "r", "3");
      }
    }
    out.empty("polyline", "class", line.style, "points", points.toString());
  }

  private static DoubleStream all(List<Line> lines, Function<Line, double[]> axis) {
    return lines.stream().map(axis).flatMapToDouble(DoubleStream::of);
  }

  static void line(Markup out, String style, double x1, double y1, double x2, double y2) {
    out.empty(
        "line",
        "class",
        style,
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2));
  }

  static void label(Markup out, double x, double y, String anchor, String text) {
    out.element("text", text, "x", number(x), "y", number(y), "text-anchor", anchor);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
