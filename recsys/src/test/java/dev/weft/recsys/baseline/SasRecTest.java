package dev.weft.recsys.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.recsys.eval.Recommender;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.backend.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SasRecTest {
  private static final int ITEMS = 40;
  private static final SasRecConfig CONFIG = new SasRecConfig(16, 1, 2, 32, 0.1, 0.1, 6);
  private static final SasRecTraining TRAINING =
      new SasRecTraining(1e-2, 8, 20, 20, SasRecTraining.UNLIMITED, 5);

  /** 80 users with 2 to 8 training items, so that those with 8 make two windows of 6 targets. */
  private static final int STEPS = (80 + 11 + 7) / 8;

  private static final Dataset COUNTING = counting();
  private static final Split SPLIT = new Split(COUNTING);
  private static final List<SasRecProgress> PROGRESS = new ArrayList<>();
  private static SasRec model;

  /** User u takes u, u + 1, u + 2 ... modulo the items, 4 to 10 of them. */
  private static Dataset counting() {
    int users = 80;
    int[][] sequences = new int[users][];
    long[][] times = new long[users][];
    for (int u = 0; u < users; u++) {
      int first = u;
      sequences[u] = IntStream.range(0, 4 + u % 7).map(i -> (first + i) % ITEMS).toArray();
      times[u] = IntStream.range(0, sequences[u].length).asLongStream().toArray();
    }
    return Dataset.of(
        "counting",
        IntStream.range(0, users).mapToObj(u -> "u" + u).toList(),
        IntStream.range(0, ITEMS).mapToObj(i -> new Item("i" + i, "d", "")).toList(),
        sequences,
        times,
        Origin.SIMULATED);
  }

  @BeforeAll
  static void train() {
    model = SasRec.fit(SPLIT, CONFIG, TRAINING, PROGRESS::add);
  }

  private static float[] scores(SasRec sasRec, int... history) {
    float[] scores = new float[ITEMS];
    sasRec.score(Recommender.NEW_USER, history, scores);
    return scores;
  }

  private static int best(float[] scores) {
    return IntStream.range(0, scores.length)
        .reduce((a, b) -> scores[b] > scores[a] ? b : a)
        .orElseThrow();
  }

  private static List<float[]> values(SasRec sasRec) {
    return sasRec.network().parameters().stream().map(p -> p.tensor().toFloats()).toList();
  }

  @Test
  void learnsToCount() {
    double recall =
        new Evaluator(SPLIT, Target.TEST).evaluate(model).mean(Protocol.FULL, Metric.RECALL_1);
    assertThat(recall).isGreaterThan(0.9);
  }

  @Test
  void aUserOfNoDataSetIsScoredByHistory() {
    assertThat(best(scores(model, 3, 4, 5))).isEqualTo(6);
    float[] known = new float[ITEMS];
    model.score(0, new int[] {3, 4, 5}, known);
    assertThat(scores(model, 3, 4, 5)).containsExactly(known);
  }

  @Test
  void anEmptyHistoryScoresZero() {
    assertThat(scores(model)).containsOnly(0);
  }

  @Test
  void onlyTheLastItemsAreRead() {
    assertThat(scores(model, 9, 9, 1, 2, 3, 4, 5, 6))
        .containsExactly(scores(model, 1, 2, 3, 4, 5, 6))
        .isNotEqualTo(scores(model, 2, 3, 4, 5, 6));
  }

  @Test
  void aBatchGivesTheBitsOfSingleUsers() {
    int[][] histories = {{3}, {}, {1, 2, 3, 4, 5, 6, 7}, {4, 5}};
    float[][] out = new float[histories.length][ITEMS];
    model.scoreBatch(new int[] {0, 1, Recommender.NEW_USER, 3}, histories, out);
    for (int i = 0; i < histories.length; i++) {
      assertThat(out[i]).containsExactly(scores(model, histories[i]));
    }
  }

  @Test
  void theListenerHearsEveryStepAndEpochAndTheBestEpochIsKept() {
    List<SasRecProgress.Epoch> epochs =
        PROGRESS.stream()
            .filter(SasRecProgress.Epoch.class::isInstance)
            .map(SasRecProgress.Epoch.class::cast)
            .toList();
    assertThat(epochs).hasSize(20);
    int[] steps = {0, 0};
    for (SasRecProgress progress : PROGRESS) {
      if (progress instanceof SasRecProgress.Step step) {
        steps[0] = step.steps();
        steps[1]++;
      }
    }
    assertThat(steps).containsExactly(STEPS, 20 * STEPS);
    assertThat(epochs.getLast().loss()).isLessThan(epochs.getFirst().loss() / 2);
    double best = epochs.stream().mapToDouble(SasRecProgress.Epoch::validation).max().orElse(0);
    assertThat(epochs.stream().filter(SasRecProgress.Epoch::best).toList().getLast().validation())
        .isEqualTo(best);
    assertThat(
            new Evaluator(SPLIT, Target.VALIDATION)
                .evaluate(model)
                .mean(Protocol.FULL, Metric.NDCG_10))
        .isEqualTo(best);
  }

  @Test
  void trainingStopsWhenPatienceOrTimeIsOver() {
    SasRecTraining hasty =
        new SasRecTraining(1e-9, 8, 20, 2, SasRecTraining.UNLIMITED, 5); // learns nothing
    assertThat(epochs(hasty)).isEqualTo(3);
    assertThat(epochs(TRAINING.within(Duration.ofNanos(1)))).isEqualTo(1);
  }

  private static long epochs(SasRecTraining training) {
    List<SasRecProgress> heard = new ArrayList<>();
    SasRec.fit(SPLIT, CONFIG, training, heard::add);
    return heard.stream().filter(SasRecProgress.Epoch.class::isInstance).count();
  }

  @Test
  void bitsDependOnTheSeedAndNotOnThreads() {
    SasRecTraining three = TRAINING.atMost(3);
    int before = Workers.threads();
    try {
      Workers.threads(1);
      List<float[]> one = values(SasRec.fit(SPLIT, CONFIG, three, heard -> {}));
      Workers.threads(2);
      List<float[]> two = values(SasRec.fit(SPLIT, CONFIG, three, heard -> {}));
      assertThat(two).usingRecursiveComparison().isEqualTo(one);
      SasRecTraining other =
          new SasRecTraining(1e-2, 8, 3, 20, SasRecTraining.UNLIMITED, three.seed() + 1);
      assertThat(values(SasRec.fit(SPLIT, CONFIG, other, heard -> {})).getFirst())
          .isNotEqualTo(one.getFirst());
    } finally {
      Workers.threads(before);
    }
  }

  @Test
  void noTrainingSeesValidationOrTestItems() {
    int[][] sequences =
        IntStream.range(0, COUNTING.users())
            .mapToObj(u -> COUNTING.sequence(u).clone())
            .toArray(int[][]::new);
    for (int[] sequence : sequences) {
      Arrays.fill(sequence, sequence.length - 2, sequence.length, 7);
    }
    Dataset other =
        Dataset.of(
            "other",
            IntStream.range(0, COUNTING.users()).mapToObj(COUNTING::userId).toList(),
            IntStream.range(0, ITEMS).mapToObj(COUNTING::item).toList(),
            sequences,
            IntStream.range(0, COUNTING.users()).mapToObj(COUNTING::times).toArray(long[][]::new),
            Origin.SIMULATED);
    SasRecTraining one = TRAINING.atMost(1);
    assertThat(values(SasRec.fit(new Split(other), CONFIG, one, heard -> {})))
        .usingRecursiveComparison()
        .isEqualTo(values(SasRec.fit(SPLIT, CONFIG, one, heard -> {})));
  }

  @Test
  void savingAndLoadingIsIdentity(@TempDir Path directory) throws IOException {
    Path run = directory.resolve("run");
    model.save(run);
    SasRec loaded = SasRec.load(run, COUNTING);
    assertThat(loaded.config()).isEqualTo(CONFIG);
    assertThat(values(loaded)).usingRecursiveComparison().isEqualTo(values(model));
    assertThat(scores(loaded, 3, 4)).containsExactly(scores(model, 3, 4));
    assertThat(loaded.network().parameters()).allMatch(Parameter::isOwned);
    try (var files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("sasrec.json", "model.safetensors");
    }
  }

  @Test
  void itemsOfAnotherDataSetAreRefused(@TempDir Path directory) throws IOException {
    model.save(directory);
    Dataset other =
        Dataset.of(
            "other",
            List.of("u"),
            List.of(new Item("i0", "d", ""), new Item("x", "d", "")),
            new int[][] {{0, 1}},
            new long[][] {{0, 1}},
            Origin.SIMULATED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SasRec.load(directory, other))
        .withMessage(
            directory
                + ": trained on other items than those of data set other: expected 40 items with"
                + " \"i1\" as number 1, got 2 items with \"x\" as number 1");
  }

  @Test
  void brokenFilesAreNamed(@TempDir Path directory) throws IOException {
    model.save(directory);
    Path json = directory.resolve("sasrec.json");
    String good = Files.readString(json);
    assertBroken(directory, good.replace("\"n_heads\":2", "\"n_heads\":3"), "hidden_size 16");
    assertBroken(directory, good.replace("\"n_heads\":2", "\"n_heads\":\"2\""), "n_heads");
    assertBroken(directory, good.replace("\"n_heads\":2", "\"heads\":2"), "heads");
    assertBroken(directory, good.replace("\"inner_size\":32", "\"inner_size\":33"), "dense_1");
    assertBroken(directory, good.substring(1), "sasrec.json");
  }

  private static void assertBroken(Path directory, String json, String message) throws IOException {
    Files.writeString(directory.resolve("sasrec.json"), json);
    assertThatIOException()
        .isThrownBy(() -> SasRec.load(directory, COUNTING))
        .withMessageContaining(message)
        .withMessageContaining(directory.toString());
  }

  @Test
  void aDataSetWithoutTrainingTargetsIsRefused() {
    Dataset data =
        Dataset.of(
            "short",
            List.of("u"),
            List.of(new Item("a", "d", "")),
            new int[][] {{0, 0, 0}},
            new long[][] {{0, 1, 2}},
            Origin.SIMULATED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SasRec.fit(new Split(data), CONFIG, TRAINING, heard -> {}))
        .withMessage("sasrec: data set short has no user with two training items");
  }

  @Test
  void nonsenseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SasRecConfig(64, 2, 3, 256, 0.5, 0.5, 50))
        .withMessage("hidden_size 64 is not a multiple of n_heads 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SasRecConfig.DEFAULT.withDropout(1))
        .withMessage("hidden_dropout_prob: expected in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TRAINING.atMost(0))
        .withMessage("epochs: expected at least 1, got 0");
  }
}
