package dev.weft.recsys.llmrec;

import dev.weft.recsys.eval.Recommender;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/**
 * LLM-Rec at work: every item is encoded once, then a user's scores are the dot products of the
 * vector of his history with all of them.
 */
public final class LlmRec implements Recommender {
  private static final int BATCH = 64;

  private final String name;
  private final Tower tower;
  private final Texts texts;
  private final Workspace workspace;
  private final Tensor items;

  private LlmRec(String name, Tower tower, Texts texts, Workspace workspace, Tensor items) {
    this.name = name;
    this.tower = tower;
    this.texts = texts;
    this.workspace = workspace;
    this.items = items;
  }

  /**
   * Encodes all items with the tower as it is now.
   *
   * @param name {@code llmrec}, or {@code llmrec-zeroshot} for an untrained tower
   * @param progress told the number of tokens encoded, after every part
   */
  public static LlmRec encode(
      String name,
      Tower tower,
      Texts texts,
      int items,
      Workspace workspace,
      LongConsumer progress) {
    float[][] vectors = tower.encode(items, texts::item, workspace, progress);
    float[] flat = new float[items * tower.size()];
    for (int i = 0; i < items; i++) {
      System.arraycopy(vectors[i], 0, flat, i * tower.size(), tower.size());
    }
    return new LlmRec(
        name, tower, texts, workspace, Tensor.of(flat, items, tower.size()).named("item cache"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    scoreBatch(new int[] {user}, new int[][] {history}, new float[][] {scores});
  }

  @Override
  public void scoreBatch(int[] users, int[][] histories, float[][] out) {
    score(histories.length, i -> texts.history(histories[i]), out);
  }

  /** Scores all items for a history of titles that are in no data set. */
  public void score(List<String> titles, float[] scores) {
    score(1, i -> texts.history(titles), new float[][] {scores});
  }

  private void score(int count, IntFunction<int[]> history, float[][] out) {
    float[][] vectors = tower.encode(count, history, workspace, tokens -> {});
    float[] flat = new float[count * tower.size()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(vectors[i], 0, flat, i * tower.size(), tower.size());
    }
    float[] scores =
        Run.evaluating(workspace)
            .call(() -> F.linear(Tensor.of(flat, count, tower.size()), items).toFloats()); // [U, I]
    int all = items.dim(0);
    for (int i = 0; i < count; i++) {
      System.arraycopy(scores, i * all, out[i], 0, all);
    }
  }
}
