package dev.weft.cli;

import dev.weft.cli.ReportData.DialSetting;
import dev.weft.cli.ReportData.Example;
import dev.weft.cli.ReportData.Phase;
import dev.weft.cli.ReportData.Recommendation;
import dev.weft.lora.train.TrainingResult;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Recommender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A report of 300 users: 250 targets in domain A, 50 in B, so that B supports no claim. */
final class ReportFixture {
  static final List<String> METHODS =
      List.of("llmrec-zeroshot", "llmrec", "sasrec", "itemknn", "popularity", "recent");

  private ReportFixture() {}

  static Dataset data(Origin origin, String domainB, String title) {
    int users = 300;
    int[][] sequences = new int[users][];
    long[][] times = new long[users][];
    for (int u = 0; u < users; u++) {
      int target = u < 250 ? u % 20 : 20 + u % 20;
      int third = u % 3 == 0 ? 39 - target : (target + 7) % 20;
      sequences[u] = new int[] {(u * 7) % 40, (u * 3 + 1) % 40, (u * 11 + 2) % 40, third, target};
      times[u] = new long[] {1, 2, 3, 4, 5};
    }
    return Dataset.of(
        "tiny",
        IntStream.range(0, users).mapToObj(u -> "u" + u).toList(),
        IntStream.range(0, 40)
            .mapToObj(i -> new Item("i" + i, i < 20 ? "A" : domainB, title + i))
            .toList(),
        sequences,
        times,
        origin);
  }

  /** Scores that depend on the method's name, and know more the earlier it stands in the list. */
  static Evaluation evaluation(Dataset data, String method) {
    int strength = METHODS.size() - METHODS.indexOf(method);
    return new Evaluator(new Split(data), Target.TEST)
        .evaluate(
            new Recommender() {
              @Override
              public String name() {
                return method;
              }

              @Override
              public void score(int user, int[] history, float[] scores) {
                int likely = user < 250 ? user % 20 : 20 + user % 20;
                for (int i = 0; i < scores.length; i++) {
                  scores[i] = (i * 31 + user * 17) % 41 + (i == likely ? 4 * strength : 0);
                }
              }
            });
  }

  static TrainingResult training(int steps, int checks) {
    return new TrainingResult(
        IntStream.range(0, steps)
            .mapToObj(i -> 1.2 + 3 * Math.exp(-i / 80.0) + 0.3 * Math.sin(i * 1.7))
            .toList(),
        IntStream.rangeClosed(1, checks)
            .mapToObj(i -> new TrainingResult.Check(i * 50L, .05 + .01 * i, true, Duration.ZERO))
            .toList(),
        steps,
        123_456,
        Duration.ofSeconds(95),
        TrainingResult.Stop.STEPS);
  }

  static ReportData report(Dataset data, TrainingResult training, Stream<String> methods) {
    List<Evaluation> evaluations = methods.map(method -> evaluation(data, method)).toList();
    List<Evaluation> two =
        Stream.of("llmrec", "sasrec").map(method -> evaluation(data, method)).toList();
    return new ReportData(
        new ReportData.Run(
            "default (all-MiniLM-L6-v2)",
            "LoRA, r 8, alpha 16",
            42,
            2,
            "0.1.0",
            "abc1234",
            "./weft demo --seed 42",
            List.of(
                new Phase("load", Duration.ofMillis(1234)),
                new Phase("train", Duration.ofMillis(95_040)))),
        data,
        training,
        "NDCG@10",
        evaluations,
        data.origin() == Origin.SIMULATED
            ? Stream.of(0.0, 0.7, 1.0).map(cross -> new DialSetting(cross, two)).toList()
            : List.of(),
        Optional.of(
            new Example(
                data.userId(0),
                List.of(data.item(1), data.item(2), new Item("bare", "A", "")),
                IntStream.range(3, 13)
                    .mapToObj(i -> new Recommendation(data.item(i), 1f / i))
                    .toList(),
                data.item(5),
                3)));
  }

  static ReportData plain() {
    Dataset data = data(Origin.SIMULATED, "B", "title ");
    return report(data, training(400, 6), METHODS.stream());
  }
}
