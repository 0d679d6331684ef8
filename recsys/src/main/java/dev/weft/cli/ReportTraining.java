package dev.weft.cli;

import dev.weft.lora.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The loss by step, and the checks if there were any. */
record ReportTraining(TrainingResult training, String validation) {
  /** More steps are drawn as the least and the greatest of each of so many parts. */
  private static final int POINTS = 360;

  void write(Markup out) {
    out.open("section", "id", "training").element("h2", "Training").line();
    int steps = training.losses().size();
    if (steps == 0) {
      out.element("p", "No step was made.").close("section").line();
      return;
    }
    int window = Math.max(1, steps / 20);
    double[] smooth = trailingMeans(window);
    String numbers =
        String.format(
            Locale.ROOT,
            "%s steps, %s tokens, %s. Loss from %.3f to %.3f (means of %d steps).",
            ReportWords.count(steps),
            ReportWords.count(training.tokens()),
            ReportWords.time(training.elapsed()),
            smooth[window - 1],
            smooth[steps - 1],
            window);
    out.element("p", numbers + " " + ending()).line();
    out.open("div", "class", "pair").open("figure");
    out.element("figcaption", "Loss of the adapter by optimizer step").line();
    lossChart(numbers).draw(out, List.of(raw(), line("smooth", smooth)));
    out.element(
        "p",
        "Thin: each step. Thick: mean of the last " + window + " steps. Cross-entropy in nats.",
        "class",
        "note");
    out.close("figure").line();
    if (!training.checks().isEmpty()) {
      checks(out);
    }
    out.close("div").close("section").line();
  }

  private String ending() {
    String end =
        switch (training.stop()) {
          case STEPS -> "It ended because all steps were done.";
          case BUDGET -> "It ended because the time was up.";
          case PATIENCE -> "It ended because the checks no longer rose.";
        };
    return training.checks().isEmpty()
        ? end
        : end + " The weights kept are those after step " + training.bestStep() + ".";
  }

  private static LineChart lossChart(String description) {
    return new LineChart(
        "loss", "Training loss by step", description, "optimizer step", "loss (nats)");
  }

  private void checks(Markup out) {
    List<TrainingResult.Check> checks = training.checks();
    out.open("figure").element("figcaption", "Validation " + validation + " by step").line();
    double[] x = checks.stream().mapToDouble(TrainingResult.Check::step).toArray();
    double[] y = checks.stream().mapToDouble(check -> 100 * check.score()).toArray();
    String ends =
        checks.size()
            + " checks, from "
            + ReportWords.percent(checks.getFirst().score())
            + " % to "
            + ReportWords.percent(checks.getLast().score())
            + " %.";
    new LineChart(
            "checks",
            "Validation " + validation + " by step",
            ends,
            "optimizer step",
            validation + " (per cent)")
        .draw(out, List.of(new LineChart.Line("dots", x, y)));
    out.element("p", ends, "class", "note").close("figure").line();
  }

  private LineChart.Line raw() {
    int steps = training.losses().size();
    if (steps <= 2 * POINTS) {
      return line("raw", training.losses().stream().mapToDouble(Double::doubleValue).toArray());
    }
    List<Integer> kept = new ArrayList<>();
    for (int part = 0; part < POINTS; part++) {
      int from = (int) ((long) steps * part / POINTS);
      int to = (int) ((long) steps * (part + 1) / POINTS);
      int least = from;
      int most = from;
      for (int i = from; i < to; i++) {
        least = training.losses().get(i) < training.losses().get(least) ? i : least;
        most = training.losses().get(i) > training.losses().get(most) ? i : most;
      }
      kept.add(Math.min(least, most));
      kept.add(Math.max(least, most));
    }
    return new LineChart.Line(
        "raw",
        kept.stream().mapToDouble(i -> i + 1).toArray(),
        kept.stream().mapToDouble(training.losses()::get).toArray());
  }

  private static LineChart.Line line(String style, double[] losses) {
    int every = Math.max(1, losses.length / POINTS);
    int[] kept =
        IntStream.range(0, losses.length)
            .filter(i -> style.equals("raw") || i % every == 0 || i == losses.length - 1)
            .toArray();
    return new LineChart.Line(
        style,
        IntStream.of(kept).mapToDouble(i -> i + 1).toArray(),
        IntStream.of(kept).mapToDouble(i -> losses[i]).toArray());
  }

  private double[] trailingMeans(int window) {
    int steps = training.losses().size();
    double[] sums = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      sums[i + 1] = sums[i] + training.losses().get(i);
    }
    double[] means = new double[steps];
    for (int i = 0; i < steps; i++) {
      int from = Math.max(0, i + 1 - window);
      means[i] = (sums[i + 1] - sums[from]) / (i + 1 - from);
    }
    return means;
  }
}
