package dev.weft.recsys.eval;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evaluations as the {@code methods} object of {@code metrics.json}: {@code
 * METHOD.PROTOCOL.SLICE.METRIC} as a fraction, with {@code users} beside the metrics. Further keys
 * of a slice: {@code intervals.METRIC} is [low, high] of the 95 % interval, and {@code claim} is
 * false where a slice has too few users to say anything. A slice without users has {@code users} 0,
 * {@code claim} false and no metric, for there is no mean of nothing.
 */
public final class MetricsJson {
  private MetricsJson() {}

  /** The {@code methods} object, methods in the order given. */
  public static ObjectNode methods(List<Evaluation> evaluations) {
    ObjectNode methods = JsonNodeFactory.instance.objectNode();
    for (Evaluation evaluation : evaluations) {
      if (methods.has(evaluation.method())) {
        throw new IllegalArgumentException(
            "metrics: method \"" + evaluation.method() + "\" was evaluated twice");
      }
      methods.set(evaluation.method(), method(evaluation));
    }
    return methods;
  }

  private static ObjectNode method(Evaluation evaluation) {
    ObjectNode method = JsonNodeFactory.instance.objectNode();
    for (Protocol protocol : evaluation.protocols()) {
      ObjectNode slices = method.putObject(protocol.label());
      for (String slice : evaluation.slices()) {
        slices.set(slice, slice(evaluation, protocol, slice));
      }
    }
    return method;
  }

  private static ObjectNode slice(Evaluation evaluation, Protocol protocol, String slice) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    int users = evaluation.users(slice);
    if (users > 0) {
      for (Metric metric : Metric.values()) {
        node.put(metric.label(), evaluation.mean(protocol, slice, metric));
      }
    }
    node.put("users", users);
    node.put("claim", evaluation.supportsClaim(slice));
    if (users > 0) {
      ObjectNode intervals = node.putObject("intervals");
      for (Metric metric : Metric.values()) {
        Interval interval = evaluation.interval(protocol, slice, metric);
        intervals.putArray(metric.label()).add(interval.low()).add(interval.high());
      }
    }
    return node;
  }
}
