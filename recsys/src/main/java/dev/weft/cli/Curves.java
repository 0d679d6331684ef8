package dev.weft.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;

/** Learning curves of runs as one SVG file that needs nothing beside it. */
final class Curves {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 44;
  private static final int RIGHT = WIDTH - 150;
  private static final int TOP = 28;
  private static final int BOTTOM = HEIGHT - 44;

  /** Told apart with and without colour sight (Okabe and Ito 2008). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  /** Sampled NDCG@10 on validation targets, in per cent, against minutes of training. */
  record Curve(String name, double[] minutes, double[] ndcg) {}

  private Curves() {}

  /** The validations of a run; without points where there were none. */
  static Curve of(Path run, JsonNode metrics) {
    List<Double> minutes = new ArrayList<>();
    List<Double> ndcg = new ArrayList<>();
    for (JsonNode check : metrics.path("training").path("validations")) {
      minutes.add(check.path("seconds").asDouble() / 60);
      ndcg.add(100 * check.path("sampled NDCG@10").asDouble());
    }
    return new Curve(
        String.valueOf(run.toAbsolutePath().normalize().getFileName()),
        minutes.stream().mapToDouble(Double::doubleValue).toArray(),
        ndcg.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static String svg(List<Curve> curves) {
    Axis x = Axis.over(0, all(curves.stream().map(Curve::minutes).toList()), 8);
    Axis y = Axis.over(0, all(curves.stream().map(Curve::ndcg).toList()), 6);
    Markup out = Markup.svg();
    out.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "width",
        "" + WIDTH,
        "font-family",
        "system-ui, sans-serif",
        "font-size",
        "12");
    out.element("title", "Validation NDCG@10 against training time").line();
    out.empty("rect", "width", "" + WIDTH, "height", "" + HEIGHT, "fill", "#ffffff").line();
    for (double tick : y.ticks()) {
      double at = y.place(tick, BOTTOM, TOP);
      rule(out, LEFT, at, RIGHT, at, "#d8dde5");
      LineChart.label(out, LEFT - 6, at + 4, "end", y.label(tick));
    }
    for (double tick : x.ticks()) {
      double at = x.place(tick, LEFT, RIGHT);
      rule(out, at, BOTTOM, at, BOTTOM + 4, "#566173");
      LineChart.label(out, at, BOTTOM + 18, "middle", x.label(tick));
    }
    LineChart.label(out, 4, 14, "start", "validation NDCG@10, sampled, per cent");
    LineChart.label(out, RIGHT, HEIGHT - 6, "end", "minutes of training");
    for (int i = 0; i < curves.size(); i++) {
      draw(out, curves.get(i), COLOURS.get(i % COLOURS.size()), TOP + 18 * i, x, y);
    }
    out.close("svg");
    return out.finish();
  }

  private static void draw(Markup out, Curve curve, String colour, int legend, Axis x, Axis y) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curve.minutes().length; i++) {
      String atX = LineChart.number(x.place(curve.minutes()[i], LEFT, RIGHT));
      String atY = LineChart.number(y.place(curve.ndcg()[i], BOTTOM, TOP));
      points.append(i == 0 ? "" : " ").append(atX).append(',').append(atY);
      out.empty("circle", "cx", atX, "cy", atY, "r", "2.5", "fill", colour);
    }
    out.empty(
        "polyline",
        "points",
        points.toString(),
        "fill",
        "none",
        "stroke",
        colour,
        "stroke-width",
        "2");
    rule(out, RIGHT + 12, legend, RIGHT + 32, legend, colour);
    LineChart.label(out, RIGHT + 38, legend + 4, "start", curve.name());
    out.line();
  }

  private static void rule(Markup out, double x1, double y1, double x2, double y2, String colour) {
    out.empty(
        "line",
        "x1",
        LineChart.number(x1),
        "y1",
        LineChart.number(y1),
        "x2",
        LineChart.number(x2),
        "y2",
        LineChart.number(y2),
        "stroke",
        colour);
  }

  private static double all(List<double[]> values) {
    return values.stream().flatMapToDouble(DoubleStream::of).max().orElse(1);
  }
}
