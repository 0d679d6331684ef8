package dev.weft.recsys.llmrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.models.Backbone;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.llmrec.LlmRecConfig.Sharing;
import dev.weft.recsys.llmrec.LlmRecConfig.Similarity;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and loss of LLM-Rec against the definitions written out. */
class SampledSoftmaxTest {
  private static final Path GOLDEN = Path.of("../models/src/test/resources/goldens/bert/gelu");

  @TempDir Path dir;
  private Dataset data = dataset();

  private static Dataset dataset() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String letter = String.valueOf((char) ('a' + i));
      items.add(new Item("i" + i, i < 6 ? "left" : "right", i == 7 ? "" : letter + letter));
    }
    int[][] sequences = {{0, 1, 2, 3}, {4, 7, 5, 1}};
    long[][] times = {{1, 2, 3, 4}, {1, 2, 3, 4}};
    return Dataset.of("toy", List.of("u", "v"), items, sequences, times, Origin.REAL);
  }

  @BeforeEach
  void writeVocabulary() throws IOException {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(String.valueOf(c));
      tokens.add("##" + c);
    }
    tokens.add(";");
    Files.write(dir.resolve("vocab.txt"), tokens);
  }

  private Texts texts(LlmRecConfig config) throws IOException {
    return new Texts(data, Tokenizer.load(dir), config);
  }

  private int[] ids(Tokenizer tokenizer, String... tokens) {
    int[] ids = new int[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokenizer.idOf(tokens[i]).orElseThrow();
    }
    return ids;
  }

  @Test
  void anItemIsClsAndTitleAndSemicolonAndAHistoryJoinsItems() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(dir);
    Texts texts = texts(LlmRecConfig.PAPER);
    assertThat(texts.item(1)).isEqualTo(ids(tokenizer, "[CLS]", "b", "##b", ";"));
    assertThat(texts.item(7))
        .as("a missing title is the word None")
        .isEqualTo(ids(tokenizer, "[CLS]", "n", "##o", "##n", "##e", ";"));
    assertThat(texts.history(new int[] {0, 2}))
        .isEqualTo(ids(tokenizer, "[CLS]", "a", "##a", ";", "c", "##c", ";"));
    assertThat(texts.history(List.of("aa", "cc"))).isEqualTo(texts.history(new int[] {0, 2}));
    assertThat(texts(LlmRecConfig.PAPER.withHistory(1)).history(new int[] {0, 2}))
        .isEqualTo(texts.item(2));
  }

  @Test
  void negativesAreDistinctItemsOfTheTargetsDomain() throws IOException {
    LlmRecConfig config = LlmRecConfig.PAPER.withNegatives(4, Sharing.OWN);
    SampledSoftmax loss = new SampledSoftmax(data, List.of(), texts(config), config);
    for (long seed = 0; seed < 50; seed++) {
      int[] drawn = loss.candidates(new Example(0, 2), new SplittableRandom(seed));
      assertThat(drawn).hasSize(5).doesNotHaveDuplicates().startsWith(2);
      assertThat(Arrays.stream(drawn).map(data::domainOf).distinct().count()).isOne();
    }
    assertThat(loss.candidates(new Example(1, 1), new SplittableRandom(1)))
        .as("a domain of two items has one negative")
        .containsExactlyInAnyOrder(7, 6);
  }

  @Test
  void lossesAreTheCrossEntropiesOfDotProducts() throws IOException {
    int[][] candidates = {{2, 0, 3}, {7, 6}};
    List<Example> examples = List.of(new Example(0, 2), new Example(1, 1));
    try (Backbone backbone = Backbone.open(new ModelDirectory("tiny", GOLDEN));
        Workspace workspace = new Workspace()) {
      for (Sharing sharing : Sharing.values()) {
        LlmRecConfig config = LlmRecConfig.PAPER.withNegatives(2, sharing).withTemperature(3);
        Texts texts = texts(config);
        Tower tower = new Tower(backbone.encoder(), config, Map.of());
        SampledSoftmax loss = new SampledSoftmax(data, examples, texts, config);
        float[][] items = tower.encode(8, texts::item, workspace, tokens -> {});
        double expected = 0;
        for (int u = 0; u < 2; u++) {
          int[] history = examples.get(u).history(data);
          float[] user = tower.encode(1, i -> texts.history(history), workspace, tokens -> {})[0];
          // The first user's domain holds his own three candidates alone, the second's his two.
          double[] scores = new double[candidates[u].length];
          double sum = 0;
          for (int c = 0; c < scores.length; c++) {
            for (int d = 0; d < user.length; d++) {
              scores[c] += user[d] * items[candidates[u][c]][d] / 3.0;
            }
            if (sharing == Sharing.CORRECTED) {
              // Each domain has one target, its first candidate, and two negatives drawn for it.
              int[] pool = data.itemsOfDomain(data.domainOf(candidates[u][0]));
              scores[c] -= Math.log((c == 0 ? 1 : 0) + 2.0 / pool.length);
            }
            sum += Math.exp(scores[c]);
          }
          expected += (Math.log(sum) - scores[0]) / 2;
        }
        SampledSoftmax.Batch batch = loss.pack(examples, candidates);
        float actual = Run.evaluating(workspace).call(() -> loss.loss(tower, batch).item());
        assertThat((double) actual).as(sharing.name()).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Test
  void cosineScoresAreDotProductsOfVectorsOfLengthOne() throws IOException {
    Texts texts = texts(LlmRecConfig.PAPER);
    try (Backbone backbone = Backbone.open(new ModelDirectory("tiny", GOLDEN));
        Workspace workspace = new Workspace()) {
      LlmRecConfig cosine = LlmRecConfig.PAPER.withSimilarity(Similarity.COSINE);
      float[][] plain = encode(backbone, LlmRecConfig.PAPER, texts, workspace);
      float[][] normal = encode(backbone, cosine, texts, workspace);
      for (int i = 0; i < plain.length; i++) {
        double length = 0;
        for (float x : plain[i]) {
          length += (double) x * x;
        }
        length = Math.sqrt(length);
        assertThat(length).isNotCloseTo(1, within(0.1));
        for (int d = 0; d < plain[i].length; d++) {
          assertThat((double) normal[i][d]).isCloseTo(plain[i][d] / length, within(1e-6));
        }
      }
    }
  }

  private float[][] encode(
      Backbone backbone, LlmRecConfig config, Texts texts, Workspace workspace) {
    Tower tower = new Tower(backbone.encoder(), config, Map.of());
    return tower.encode(data.items(), texts::item, workspace, tokens -> {});
  }

  @Test
  void theLastTargetsOfAUserAreThoseBeforeValidationAndTest() {
    List<Item> items = List.of(new Item("a", "d", "a"), new Item("b", "d", "b"));
    Split split =
        new Split(
            Dataset.of(
                "toy",
                List.of("u"),
                items,
                new int[][] {{0, 1, 0, 1, 0, 1}},
                new long[][] {{1, 2, 3, 4, 5, 6}},
                Origin.REAL));
    assertThat(Example.last(split, Integer.MAX_VALUE))
        .containsExactly(new Example(0, 1), new Example(0, 2), new Example(0, 3));
    assertThat(Example.last(split, 2)).containsExactly(new Example(0, 2), new Example(0, 3));
  }
}
