package dev.weft.cli;

import dev.weft.lora.train.TrainingResult;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Protocol;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code report.html} is written from.
 *
 * @param validation the metric of the checks in {@code training}, a fraction: {@code NDCG@10}
 * @param methods evaluated on the same users, in the order of the report; at least full ranking and
 *     the sampled protocol
 * @param dial the simulator at several settings; empty where nothing is simulated
 * @param example one user, if there is one to show
 */
record ReportData(
    Run run,
    Dataset data,
    TrainingResult training,
    String validation,
    List<Evaluation> methods,
    List<DialSetting> dial,
    Optional<Example> example) {

  /**
   * What ran.
   *
   * @param model as given, and its name: {@code default (all-MiniLM-L6-v2)}
   * @param tuning in words: {@code LoRA, r 8, alpha 16}
   * @param command the line that does it again
   * @param phases in the order in which they ran
   */
  record Run(
      String model,
      String tuning,
      long seed,
      int threads,
      String version,
      String commit,
      String command,
      List<Phase> phases) {
    Run {
      phases = List.copyOf(phases);
    }
  }

  /** A part of the work and its wall time. */
  record Phase(String name, Duration time) {}

  /**
   * Methods on the sample with {@link dev.weft.recsys.data.SimulatorConfig#cross} at that value;
   * the same methods at each setting.
   */
  record DialSetting(double cross, List<Evaluation> methods) {
    DialSetting {
      methods = List.copyOf(methods);
      require(methods, "dial at " + cross);
    }
  }

  /**
   * One user: the first whose next item is among the recommendations, which the report says, or any
   * where it is not.
   *
   * @param history the last items before the target, oldest first
   * @param recommendations best first
   * @param next what the user took in truth
   * @param rank of {@code next} under full ranking, from 1
   */
  record Example(
      String user, List<Item> history, List<Recommendation> recommendations, Item next, int rank) {
    Example {
      history = List.copyOf(history);
      recommendations = List.copyOf(recommendations);
      if (rank < 1) {
        throw new IllegalArgumentException(
            "report: user \"" + user + "\": expected a rank of at least 1, got " + rank);
      }
    }
  }

  record Recommendation(Item item, float score) {}

  ReportData {
    methods = List.copyOf(methods);
    dial = List.copyOf(dial);
    require(methods, "methods");
    for (int i = 0; i < training.losses().size(); i++) {
      if (!Double.isFinite(training.losses().get(i))) {
        throw new IllegalArgumentException(
            "report: expected a finite loss at step "
                + (i + 1)
                + ", got "
                + training.losses().get(i));
      }
    }
  }

  private static void require(List<Evaluation> methods, String where) {
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("report: " + where + ": expected evaluations, got none");
    }
    Set<String> seen = new HashSet<>();
    for (Evaluation evaluation : methods) {
      String place = "report: " + where + ": " + evaluation.method() + ": ";
      if (!seen.add(evaluation.method())) {
        throw new IllegalArgumentException(place + "expected each method once, got it twice");
      }
      if (!evaluation.protocols().containsAll(Set.of(Protocol.FULL, Protocol.SAMPLED))) {
        throw new IllegalArgumentException(
            place + "expected full and sampled ranking, got " + evaluation.protocols());
      }
      for (String slice : methods.getFirst().slices()) {
        int expected = methods.getFirst().users(slice);
        if (!evaluation.slices().contains(slice) || evaluation.users(slice) != expected) {
          throw new IllegalArgumentException(
              place + "expected " + expected + " users in slice \"" + slice + "\" like the first");
        }
      }
    }
  }
}
