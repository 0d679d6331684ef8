package dev.weft.recsys.eval;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Evaluations as a table for the console: methods by metrics, in per cent, the best of each column
 * marked {@code *}, with the 95 % interval of NDCG@10.
 */
public final class MetricsTable {
  private static final Metric LAST = Metric.NDCG_10;

  private MetricsTable() {}

  /**
   * The table of one protocol and slice, with a heading, lines ended by {@code \n}.
   *
   * @throws IllegalArgumentException when there are no evaluations, or they disagree on the users
   */
  public static String format(List<Evaluation> evaluations, Protocol protocol, String slice) {
    int users = users(evaluations, slice);
    StringBuilder table = new StringBuilder();
    table.append(heading(protocol)).append(", ").append(slice).append(": ");
    table.append(String.format(Locale.ROOT, "%,d %s", users, users == 1 ? "user" : "users"));
    if (users < Evaluation.CLAIM) {
      table.append(" (below ").append(Evaluation.CLAIM).append(": no claim)");
    }
    table.append(", per cent\n");
    if (users == 0) {
      return table.toString();
    }
    int width =
        Stream.concat(Stream.of("method"), evaluations.stream().map(Evaluation::method))
            .mapToInt(String::length)
            .max()
            .orElseThrow();
    table.append(pad("method", width));
    for (Metric metric : Metric.values()) {
      table.append(String.format(Locale.ROOT, "  %9s ", metric.label()));
    }
    table.append("  95 % of ").append(LAST.label()).append('\n');
    for (Evaluation evaluation : evaluations) {
      table.append(pad(evaluation.method(), width));
      for (Metric metric : Metric.values()) {
        String value = percent(evaluation.mean(protocol, slice, metric));
        boolean best = value.equals(best(evaluations, protocol, slice, metric));
        table.append(String.format(Locale.ROOT, "  %9s%s", value, best ? "*" : " "));
      }
      Interval interval = evaluation.interval(protocol, slice, LAST);
      table.append("  ").append(percent(interval.low())).append(" to ");
      table.append(percent(interval.high())).append('\n');
    }
    return table.toString();
  }

  private static String heading(Protocol protocol) {
    return switch (protocol) {
      case FULL -> "full ranking, history removed";
      case FULL_KEEP -> "full ranking, history kept";
      case FULL_DOMAIN -> "full ranking within the target's domain, history removed";
      case SAMPLED -> "sampled: 1,000 items of the target's domain, expectation";
      case SAMPLED_DRAW -> "sampled: 1,000 items of the target's domain, one draw";
    };
  }

  /** As printed, so that what prints alike is marked alike. */
  private static String best(
      List<Evaluation> evaluations, Protocol protocol, String slice, Metric metric) {
    return percent(
        evaluations.stream().mapToDouble(e -> e.mean(protocol, slice, metric)).max().orElseThrow());
  }

  private static int users(List<Evaluation> evaluations, String slice) {
    List<Integer> users = evaluations.stream().map(e -> e.users(slice)).distinct().toList();
    if (users.size() != 1) {
      throw new IllegalArgumentException(
          "metrics table: expected methods evaluated on the same users, slice \""
              + slice
              + "\" has "
              + users);
    }
    return users.getFirst();
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", 100 * fraction);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
